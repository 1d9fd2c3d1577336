/** Trained models as files for other runtimes. */
@NullMarked
package dev.gatun.train.export;

import org.jspecify.annotations.NullMarked;
