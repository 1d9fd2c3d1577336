/**
 * The oracle: every operation in plain Java, slow and obvious, in double precision. Native backends are tested against
 * it.
 */
@NullMarked
package dev.gatun.reference;

import org.jspecify.annotations.NullMarked;
