/** Ranks on one machine: threads of one process, and processes that share memory. */
@NullMarked
package dev.gatun.dist.local;

import org.jspecify.annotations.NullMarked;
