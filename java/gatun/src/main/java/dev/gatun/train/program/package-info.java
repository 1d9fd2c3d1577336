/** The compiled programs of a task for the batch sizes of a data set; internal to the training loop. */
@NullMarked
package dev.gatun.train.program;

import org.jspecify.annotations.NullMarked;
