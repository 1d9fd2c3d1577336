/** Tasks: a graph to train, its metrics, and its description in a checkpoint. */
@NullMarked
package dev.gatun.train.task;

import org.jspecify.annotations.NullMarked;
