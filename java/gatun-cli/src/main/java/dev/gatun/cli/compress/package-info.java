/** {@code gatun prune}, {@code quantize}, {@code distill}, {@code factorize} and {@code compress}. */
@NullMarked
package dev.gatun.cli.compress;

import org.jspecify.annotations.NullMarked;
