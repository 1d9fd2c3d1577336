/** What a person sees: output streams, tables, a line that is rewritten. */
@NullMarked
package dev.gatun.cli.terminal;

import org.jspecify.annotations.NullMarked;
