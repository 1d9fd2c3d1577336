/** Checked calls of oneDNN and of Gatun's kernels, and the objects that own oneDNN's handles. */
@NullMarked
package dev.gatun.onednn.primitive;

import org.jspecify.annotations.NullMarked;
