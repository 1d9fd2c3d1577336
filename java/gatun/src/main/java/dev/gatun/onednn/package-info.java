/**
 * The CPU backend: oneDNN's primitives and Gatun's own kernels behind the backend contract. Internal; found by
 * ServiceLoader. With {@code cuda}, the only importer of the native boundary and the generated bindings.
 */
@NullMarked
package dev.gatun.onednn;

import org.jspecify.annotations.NullMarked;

