/** A step of training as an array of phases; internal to the room but for its exceptions. */
@NullMarked
package dev.gatun.train.step;

import org.jspecify.annotations.NullMarked;
