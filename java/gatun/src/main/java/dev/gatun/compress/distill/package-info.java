/**
 * Knowledge distillation: a student learns from the scores, the features or the relations among examples of a teacher
 * that is computed in the same step, or from itself. Losses are expressions of operations, as those of
 * {@code dev.gatun.nn.loss}.
 */
@NullMarked
package dev.gatun.compress.distill;

import org.jspecify.annotations.NullMarked;
