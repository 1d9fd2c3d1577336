/** The phases of a training step; internal to the training loop except for the exceptions. */
@NullMarked
package dev.gatun.train.step;

import org.jspecify.annotations.NullMarked;
