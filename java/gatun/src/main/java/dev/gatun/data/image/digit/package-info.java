/** How digits are drawn. */
@NullMarked
package dev.gatun.data.image.digit;

import org.jspecify.annotations.NullMarked;
