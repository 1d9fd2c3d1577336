/**
 * Networks that compute on integers of few bits: batch normalisation folded into layers, ranges observed on examples,
 * rounding placed where kernels on integers will round, trained or not.
 */
@NullMarked
package dev.gatun.compress.quantize;

import org.jspecify.annotations.NullMarked;
