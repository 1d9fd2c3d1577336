package dev.gatun.update.rule;

/** Which tensors' steps a layer-wise rule adapts to the ratio of two norms. */
public enum Adaptation {
    /** Those with weight decay: biases and normalisations, which have none, are left out. */
    DECAYED,
    ALWAYS
}
