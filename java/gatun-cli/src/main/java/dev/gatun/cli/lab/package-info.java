/** The command {@code gatun lab}. */
@NullMarked
package dev.gatun.cli.lab;

import org.jspecify.annotations.NullMarked;
