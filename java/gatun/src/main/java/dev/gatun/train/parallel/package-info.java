/** Training by several ranks at once: what of a batch each has, and how their gradients become one. */
@NullMarked
package dev.gatun.train.parallel;

import org.jspecify.annotations.NullMarked;
