/** The command {@code gatun train}. */
@NullMarked
package dev.gatun.cli.train;

import org.jspecify.annotations.NullMarked;
