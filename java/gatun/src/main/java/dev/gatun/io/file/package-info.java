/** Atomic writing of files and folders, and the exception for storage failures. */
@NullMarked
package dev.gatun.io.file;

import org.jspecify.annotations.NullMarked;
