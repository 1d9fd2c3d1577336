/** An image in memory and what may be done to its pixels. */
@NullMarked
package dev.gatun.data.image.pixel;

import org.jspecify.annotations.NullMarked;
