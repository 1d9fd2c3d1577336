/** The operations of the reference backend, each as its definition, in double precision. */
@NullMarked
package dev.gatun.reference.kernel;

import org.jspecify.annotations.NullMarked;
