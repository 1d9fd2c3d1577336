/** Images: IDX files, folders, zips and drawn digits; decoding, augmentation, disturbances made on purpose. */
@NullMarked
package dev.gatun.data.image;

import org.jspecify.annotations.NullMarked;
