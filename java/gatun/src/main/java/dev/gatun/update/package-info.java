/** What an update rule is: hyper-parameters, the states a rule keeps, and what of it a schedule may move. */
@NullMarked
package dev.gatun.update;

import org.jspecify.annotations.NullMarked;
