/** Files and folders that appear complete or not at all, and what storage failures say. */
@NullMarked
package dev.gatun.io.file;

import org.jspecify.annotations.NullMarked;
