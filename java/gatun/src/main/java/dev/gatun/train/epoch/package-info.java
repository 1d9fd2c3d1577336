/** The epochs of a run: how many examples their batches have, and how many steps come before each. */
@NullMarked
package dev.gatun.train.epoch;

import org.jspecify.annotations.NullMarked;
