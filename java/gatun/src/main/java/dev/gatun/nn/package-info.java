/** Layers and initialisers: each layer adds operations and variables to a graph. */
@NullMarked
package dev.gatun.nn;

import org.jspecify.annotations.NullMarked;
