package dev.gatun.train.step;

import dev.gatun.engine.GradientListener;

/**
 * A phase after the computation of the gradients that is notified of each range of their slab when it is final, while
 * the rest is still being computed. A reduction over several devices starts then, and is awaited when the phase runs.
 * Each gradient is reported once in a step, by the pass that writes it last: that of the only batch, the sum over
 * several batches, or the second pass of sharpness-aware minimisation. They are the gradients of the loss times the
 * loss scale.
 */
public interface GradientPhase extends Phase, GradientListener {}
