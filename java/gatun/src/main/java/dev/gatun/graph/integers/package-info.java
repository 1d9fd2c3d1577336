/** From graphs that round to integers of few bits to graphs that compute on integers of 8 bits, for inference. */
@NullMarked
package dev.gatun.graph.integers;

import org.jspecify.annotations.NullMarked;
