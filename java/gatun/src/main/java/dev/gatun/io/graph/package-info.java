/** Graphs as plain values that JSON can hold, and back, for the description of a model in a checkpoint. */
@NullMarked
package dev.gatun.io.graph;

import org.jspecify.annotations.NullMarked;
