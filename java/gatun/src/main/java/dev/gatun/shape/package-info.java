/** What a tensor looks like, as pure values: element type, extents, and the order of its elements in memory. */
@NullMarked
package dev.gatun.shape;

import org.jspecify.annotations.NullMarked;
