/** The native boundary: finding and loading libraries, status codes as exceptions, owned handles. Internal. */
@NullMarked
package dev.gatun.ffi;

import org.jspecify.annotations.NullMarked;
