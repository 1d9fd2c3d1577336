/**
 * Asynchronous training: rank 0 holds the parameters and the optimizer and serves workers, each of which computes
 * gradients at its own pace, within a bound.
 */
@NullMarked
package dev.gatun.train.parallel.server;

import org.jspecify.annotations.NullMarked;
