/** A device that is as far from the host as a device can be, for the tests. */
@NullMarked
package dev.gatun.far;

import org.jspecify.annotations.NullMarked;
