/** The command {@code gatun models}. */
@NullMarked
package dev.gatun.cli.models;

import org.jspecify.annotations.NullMarked;
