/** Schedules of hyper-parameters: closed forms of the step, and reduce-on-plateau. */
@NullMarked
package dev.gatun.optim.schedule;

import org.jspecify.annotations.NullMarked;
