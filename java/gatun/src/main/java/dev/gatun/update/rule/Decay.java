package dev.gatun.update.rule;

/** Where weight decay enters. */
public enum Decay {
    /** L2: {@code g <- g + weightDecay * w} before anything else. */
    COUPLED,
    /** As AdamW: {@code w <- w * (1 - learningRate * weightDecay)} before the step. */
    DECOUPLED
}
