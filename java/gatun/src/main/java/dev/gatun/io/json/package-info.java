/** JSON values, and files of one JSON object per line. */
@NullMarked
package dev.gatun.io.json;

import org.jspecify.annotations.NullMarked;
