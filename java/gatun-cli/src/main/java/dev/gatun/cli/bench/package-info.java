/** The command {@code gatun bench}. */
@NullMarked
package dev.gatun.cli.bench;

import org.jspecify.annotations.NullMarked;
