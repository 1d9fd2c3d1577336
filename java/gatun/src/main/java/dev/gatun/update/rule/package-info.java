/** The update rules of the library, each with its hyper-parameters, formula and reference form in double precision. */
@NullMarked
package dev.gatun.update.rule;

import org.jspecify.annotations.NullMarked;
