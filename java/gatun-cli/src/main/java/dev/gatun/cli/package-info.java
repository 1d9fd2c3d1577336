/** The command line: {@code gatun train}, {@code evaluate}, {@code lab}, {@code summary} and {@code doctor}. */
@NullMarked
package dev.gatun.cli;

import org.jspecify.annotations.NullMarked;
