/** The compiled programs of a task for the batch sizes of a data set; internal to the room. */
@NullMarked
package dev.gatun.train.program;

import org.jspecify.annotations.NullMarked;
