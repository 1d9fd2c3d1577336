/** An update rule bound to memory: what an optimizer asks a device for, and the step it gets. */
@NullMarked
package dev.gatun.update.kernel;

import org.jspecify.annotations.NullMarked;
