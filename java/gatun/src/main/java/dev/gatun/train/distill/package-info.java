/** Students and teachers in memory while a run is distilled; internal to the training loop. */
@NullMarked
package dev.gatun.train.distill;

import org.jspecify.annotations.NullMarked;
