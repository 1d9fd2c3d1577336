/** Graphs as plain values that JSON can hold, and back: how a checkpoint describes any model. */
@NullMarked
package dev.gatun.io.graph;

import org.jspecify.annotations.NullMarked;
