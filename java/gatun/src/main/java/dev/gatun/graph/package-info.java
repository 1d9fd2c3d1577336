/** Models as graphs of values and operations: building, rewriting and differentiation. No memory, no native call. */
@NullMarked
package dev.gatun.graph;

import org.jspecify.annotations.NullMarked;
