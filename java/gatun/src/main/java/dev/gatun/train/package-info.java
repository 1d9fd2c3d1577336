/** The training loop: steps, evaluation, checkpoints, resuming. */
@NullMarked
package dev.gatun.train;

import org.jspecify.annotations.NullMarked;
