/** How options records are written: what the compiler adds to them. */
@NullMarked
package dev.gatun.options;

import org.jspecify.annotations.NullMarked;
