/** Zip archives, read as their makers meant them or refused with the true reason. */
@NullMarked
package dev.gatun.data.image.archive;

import org.jspecify.annotations.NullMarked;
