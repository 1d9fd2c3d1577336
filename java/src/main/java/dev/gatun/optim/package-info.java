/** Optimizers over flat memory, and schedules. */
@NullMarked
package dev.gatun.optim;

import org.jspecify.annotations.NullMarked;
