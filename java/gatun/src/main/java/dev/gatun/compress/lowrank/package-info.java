/** Linear layers and convolutions as two layers of a smaller rank. */
@NullMarked
package dev.gatun.compress.lowrank;

import org.jspecify.annotations.NullMarked;
