/** Schedules as text, whose counts may depend on the length of a run. */
@NullMarked
package dev.gatun.optim.schedule.text;

import org.jspecify.annotations.NullMarked;
