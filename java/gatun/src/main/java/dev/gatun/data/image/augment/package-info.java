/** Augmentations that change pixels, and how augmentations are named. */
@NullMarked
package dev.gatun.data.image.augment;

import org.jspecify.annotations.NullMarked;
