/**
 * What gradients lose on their way between the ranks, so that fewer bytes travel: numbers of 16 bits, few elements of
 * many, matrices of low rank, signs. A {@link dev.gatun.dist.codec.GradientCompression} says which, and
 * {@link dev.gatun.dist.codec.GradientReducers} makes what sums ranges of the slab of gradients that way.
 */
@NullMarked
package dev.gatun.dist.codec;

import org.jspecify.annotations.NullMarked;
