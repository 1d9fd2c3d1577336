/**
 * What an operation of a family computes: functions of one and of two variables, with their formulas and slopes in
 * double, reductions, and the kinds of pooling and of softmax.
 */
@NullMarked
package dev.gatun.op.function;

import org.jspecify.annotations.NullMarked;
