package dev.gatun.update.rule;

/** How weight decay is applied. */
public enum Decay {
    /** Coupled (L2): {@code g <- g + weightDecay * w} before anything else. */
    COUPLED,
    /** Decoupled, as in AdamW: {@code w <- w * (1 - learningRate * weightDecay)} before the step. */
    DECOUPLED
}
