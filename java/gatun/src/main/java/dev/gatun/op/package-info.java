/** Operations: one record for each, with attributes, shape inference and arithmetic cost. No memory, no native call. */
@NullMarked
package dev.gatun.op;

import org.jspecify.annotations.NullMarked;
