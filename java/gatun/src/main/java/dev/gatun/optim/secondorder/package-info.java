/** Second-order methods in double precision for small problems: L-BFGS and Newton's method. */
@NullMarked
package dev.gatun.optim.secondorder;

import org.jspecify.annotations.NullMarked;
