/** Disturbances of a data set that are made on purpose: noise on labels or pixels, unequal classes. */
@NullMarked
package dev.gatun.data.image.disturbance;

import org.jspecify.annotations.NullMarked;
