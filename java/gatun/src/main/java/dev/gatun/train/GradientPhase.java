package dev.gatun.train;

import dev.gatun.engine.GradientListener;

/**
 * A phase that follows the gradients of a step, and hears of each range of their slab when it is final, while the rest
 * is still computed: a reduction over several devices begins there, and is waited for when the phase runs. Gradients
 * are told once in each step, by the pass that writes them last: that of the only batch, the sum over several batches,
 * or the second pass of sharpness-aware minimisation. They are those of the loss times its scale.
 */
interface GradientPhase extends Phase, GradientListener {}
