/** Compiles a graph for a device: layouts, memory plan, kernels; what comes out is a {@code Program}. */
@NullMarked
package dev.gatun.engine;

import org.jspecify.annotations.NullMarked;
