/**
 * Ranks that train together: processes, or threads of one, each with all parameters and a share of every batch. A
 * {@link dev.gatun.dist.ProcessGroup} is what they compute with; a {@link dev.gatun.dist.Transport} moves its bytes,
 * and a {@link dev.gatun.dist.Membership} knows who is there.
 */
@NullMarked
package dev.gatun.dist;

import org.jspecify.annotations.NullMarked;
