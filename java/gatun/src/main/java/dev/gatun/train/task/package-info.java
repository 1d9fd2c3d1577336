/** Tasks: what is trained, what of it is measured, and how a checkpoint describes it. */
@NullMarked
package dev.gatun.train.task;

import org.jspecify.annotations.NullMarked;
