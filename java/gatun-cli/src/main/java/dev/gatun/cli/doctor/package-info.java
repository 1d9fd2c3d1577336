/** The command {@code gatun doctor}. */
@NullMarked
package dev.gatun.cli.doctor;

import org.jspecify.annotations.NullMarked;
