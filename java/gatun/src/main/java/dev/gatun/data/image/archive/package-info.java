/** Files that hold many images: zip archives and IDX. */
@NullMarked
package dev.gatun.data.image.archive;

import org.jspecify.annotations.NullMarked;
