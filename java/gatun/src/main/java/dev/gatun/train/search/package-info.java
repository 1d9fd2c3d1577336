/** Search for hyper-parameters by short runs. */
@NullMarked
package dev.gatun.train.search;

import org.jspecify.annotations.NullMarked;
