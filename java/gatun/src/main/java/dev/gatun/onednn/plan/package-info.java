/**
 * How the CPU runs one region: a primitive of oneDNN, a call of one of Gatun's kernels, or several of them one after
 * another, as plans that are bound to memory. Which plan a node gets is chosen above, in {@code onednn}.
 */
@NullMarked
package dev.gatun.onednn.plan;

import org.jspecify.annotations.NullMarked;
