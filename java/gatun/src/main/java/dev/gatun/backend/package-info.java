/**
 * The contract of a device: supported operations, kernels over memory, optimizer steps. Backends are found by
 * ServiceLoader.
 */
@NullMarked
package dev.gatun.backend;

import org.jspecify.annotations.NullMarked;
