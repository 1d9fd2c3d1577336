/** Loss functions, as expressions of operations. Options are records with PyTorch's defaults. */
@NullMarked
package dev.gatun.nn.loss;

import org.jspecify.annotations.NullMarked;
