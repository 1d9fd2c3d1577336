/** Layers and initialisers; applying a layer adds operations and variables to a graph. */
@NullMarked
package dev.gatun.nn;

import org.jspecify.annotations.NullMarked;
