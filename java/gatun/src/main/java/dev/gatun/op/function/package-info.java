/**
 * The functions that families of operations compute: of one and of two variables, with formulas and slopes in double;
 * reductions, kinds of pooling and of softmax.
 */
@NullMarked
package dev.gatun.op.function;

import org.jspecify.annotations.NullMarked;
