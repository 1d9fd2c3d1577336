/** Terminal output: streams, tables, a progress line. */
@NullMarked
package dev.gatun.cli.terminal;

import org.jspecify.annotations.NullMarked;
