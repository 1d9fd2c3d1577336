/** How the weights of a whole model begin, as people write it. */
@NullMarked
package dev.gatun.nn.init;

import org.jspecify.annotations.NullMarked;
