/** {@code gatun profile}: the most expensive kernels of a run. */
@NullMarked
package dev.gatun.cli.profile;

import org.jspecify.annotations.NullMarked;
