/** The training loop: steps, evaluation, checkpoints and resuming. */
@NullMarked
package dev.gatun.train;

import org.jspecify.annotations.NullMarked;
