/** Immutable descriptions of tensors: element type, extents and layout in memory. */
@NullMarked
package dev.gatun.shape;

import org.jspecify.annotations.NullMarked;
