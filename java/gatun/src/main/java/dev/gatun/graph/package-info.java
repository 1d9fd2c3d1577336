/** Models as values and operations: building, fusing, differentiating. No memory, no native call. */
@NullMarked
package dev.gatun.graph;

import org.jspecify.annotations.NullMarked;
