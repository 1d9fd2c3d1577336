/** Classes for image files: what a trained classifier says of them. */
@NullMarked
package dev.gatun.train.prediction;

import org.jspecify.annotations.NullMarked;
