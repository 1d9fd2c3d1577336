/** Files of a run: tensors, checkpoints, metrics and configuration, written so that a crash loses nothing. */
@NullMarked
package dev.gatun.io;

import org.jspecify.annotations.NullMarked;
