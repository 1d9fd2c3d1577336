/** Losses, as expressions of operations: options are records, whose defaults are PyTorch's. */
@NullMarked
package dev.gatun.nn.loss;

import org.jspecify.annotations.NullMarked;
