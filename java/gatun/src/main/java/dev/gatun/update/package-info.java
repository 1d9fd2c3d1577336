/** The contract of an update rule: hyper-parameters, states, and what a schedule may change. */
@NullMarked
package dev.gatun.update;

import org.jspecify.annotations.NullMarked;
