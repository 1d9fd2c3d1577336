/** {@code gatun export}. */
@NullMarked
package dev.gatun.cli.export;

import org.jspecify.annotations.NullMarked;
