/** Trained networks as what compression reads, and compressed ones as what is trained. */
@NullMarked
package dev.gatun.train.compress;

import org.jspecify.annotations.NullMarked;
