/** Optimizer steps of the reference backend. */
@NullMarked
package dev.gatun.reference.update;

import org.jspecify.annotations.NullMarked;
