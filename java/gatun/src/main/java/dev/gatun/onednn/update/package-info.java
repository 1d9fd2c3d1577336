/**
 * Optimizer steps on the CPU: the native update rules, the move of sharpness-aware minimisation, products of matrices
 * for Muon.
 */
@NullMarked
package dev.gatun.onednn.update;

import org.jspecify.annotations.NullMarked;
