/** Graphs as ONNX files, for other runtimes. */
@NullMarked
package dev.gatun.io.onnx;

import org.jspecify.annotations.NullMarked;
