/** Unstructured pruning: masks that keep the least important weights of a network at exactly zero. */
@NullMarked
package dev.gatun.compress.sparse;

import org.jspecify.annotations.NullMarked;
