/** The optimizer laboratory: compares optimizers on surfaces that can be drawn, and on a network. */
@NullMarked
package dev.gatun.lab;

import org.jspecify.annotations.NullMarked;
