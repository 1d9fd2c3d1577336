/** Schedules as text, with counts that may be relative to the length of a run. */
@NullMarked
package dev.gatun.optim.schedule.text;

import org.jspecify.annotations.NullMarked;
