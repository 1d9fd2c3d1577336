/** What a run is watched by: its best epoch, and when it ends early. */
@NullMarked
package dev.gatun.train.monitor;

import org.jspecify.annotations.NullMarked;
