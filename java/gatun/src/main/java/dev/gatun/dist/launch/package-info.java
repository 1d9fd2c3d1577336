/** Which rank of how many a process is, and how it joins the others. */
@NullMarked
package dev.gatun.dist.launch;

import org.jspecify.annotations.NullMarked;
