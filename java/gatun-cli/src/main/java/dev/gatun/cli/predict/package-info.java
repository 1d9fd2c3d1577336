/** The command {@code gatun predict}. */
@NullMarked
package dev.gatun.cli.predict;

import org.jspecify.annotations.NullMarked;
