/** Update rules bound to memory: what an optimizer requests of a device, and the kernels it gets. */
@NullMarked
package dev.gatun.update.kernel;

import org.jspecify.annotations.NullMarked;
