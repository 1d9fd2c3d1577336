/** The command {@code gatun compare}. */
@NullMarked
package dev.gatun.cli.compare;

import org.jspecify.annotations.NullMarked;
