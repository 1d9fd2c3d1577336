/** One record per operation: attributes, shape inference, arithmetic cost. No memory, no native call. */
@NullMarked
package dev.gatun.op;

import org.jspecify.annotations.NullMarked;
