/**
 * Structured pruning: finds the channels of a network that must go together, ranks them, and rebuilds the network
 * without those of least importance.
 */
@NullMarked
package dev.gatun.compress.prune;

import org.jspecify.annotations.NullMarked;
