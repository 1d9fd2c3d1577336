/** Optimizers over flat memory, clipping, loss scaling, schedules, and wrappers of optimizers. */
@NullMarked
package dev.gatun.optim;

import org.jspecify.annotations.NullMarked;
