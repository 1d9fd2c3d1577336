/** Image data sets: IDX files, folders, zips and drawn digits; decoding, augmentation and disturbances. */
@NullMarked
package dev.gatun.data.image;

import org.jspecify.annotations.NullMarked;
