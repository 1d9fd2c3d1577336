/** The compiler of graphs for a device: layouts, memory plan and kernels of a {@code Program}. */
@NullMarked
package dev.gatun.engine;

import org.jspecify.annotations.NullMarked;
