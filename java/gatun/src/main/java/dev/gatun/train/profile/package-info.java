/** Where the time of training steps goes: events of kernels and parts of steps, recorded, written and summed up. */
@NullMarked
package dev.gatun.train.profile;

import org.jspecify.annotations.NullMarked;
