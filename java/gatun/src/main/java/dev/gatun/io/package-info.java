/** What a run leaves on disk: tensors, checkpoints, metrics, configuration; written so that a crash loses nothing. */
@NullMarked
package dev.gatun.io;

import org.jspecify.annotations.NullMarked;
