/** Optimizers over flat memory, clipping, loss scaling, schedules, and what goes around an optimizer. */
@NullMarked
package dev.gatun.optim;

import org.jspecify.annotations.NullMarked;
