/** Event files, which TensorBoard reads. */
@NullMarked
package dev.gatun.io.events;

import org.jspecify.annotations.NullMarked;
