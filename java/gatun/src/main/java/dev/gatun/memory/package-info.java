/**
 * Counted memory of the devices and of the host, with one role per buffer, and the planner that lets activations share
 * memory.
 */
@NullMarked
package dev.gatun.memory;

import org.jspecify.annotations.NullMarked;
