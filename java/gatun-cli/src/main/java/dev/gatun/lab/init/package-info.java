/** How signals fare through the layers of a deep network at its beginning. */
@NullMarked
package dev.gatun.lab.init;

import org.jspecify.annotations.NullMarked;
