/** What of a model is trained, and how its parts differ: frozen parameters, groups of parameters. */
@NullMarked
package dev.gatun.train.tune;

import org.jspecify.annotations.NullMarked;
