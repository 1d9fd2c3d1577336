/** Weights of one or a few bits in training: floats are trained through straight-through estimators. */
@NullMarked
package dev.gatun.compress.weights;

import org.jspecify.annotations.NullMarked;
