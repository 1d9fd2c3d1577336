/** Recurrent layers over sequences. */
@NullMarked
package dev.gatun.nn.recurrent;

import org.jspecify.annotations.NullMarked;
