/** The command {@code gatun launch}. */
@NullMarked
package dev.gatun.cli.launch;

import org.jspecify.annotations.NullMarked;
