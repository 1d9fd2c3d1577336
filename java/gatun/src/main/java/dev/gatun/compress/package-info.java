/**
 * Smaller and faster networks: transformations of a network together with the values of its variables. Below
 * {@code train}, which trains what comes out of them.
 */
@NullMarked
package dev.gatun.compress;

import org.jspecify.annotations.NullMarked;
