/** The command {@code gatun summary}. */
@NullMarked
package dev.gatun.cli.summary;

import org.jspecify.annotations.NullMarked;
