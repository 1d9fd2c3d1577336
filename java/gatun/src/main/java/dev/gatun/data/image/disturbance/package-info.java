/** Deliberate disturbances of a data set: noise on labels or pixels, class imbalance. */
@NullMarked
package dev.gatun.data.image.disturbance;

import org.jspecify.annotations.NullMarked;
