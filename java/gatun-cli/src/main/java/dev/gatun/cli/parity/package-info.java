/** The command {@code gatun parity}. */
@NullMarked
package dev.gatun.cli.parity;

import org.jspecify.annotations.NullMarked;
