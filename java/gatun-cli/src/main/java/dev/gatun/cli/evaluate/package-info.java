/** The command {@code gatun evaluate}. */
@NullMarked
package dev.gatun.cli.evaluate;

import org.jspecify.annotations.NullMarked;
