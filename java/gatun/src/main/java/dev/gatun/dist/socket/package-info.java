/** Processes, of one machine or many, that know of each other and exchange memory over TCP. */
@NullMarked
package dev.gatun.dist.socket;

import org.jspecify.annotations.NullMarked;
