/**
 * Memory of the devices and of the host: counted buffers, one per role, and the planner that lets activations share
 * one.
 */
@NullMarked
package dev.gatun.memory;

import org.jspecify.annotations.NullMarked;
