package dev.gatun.update.rule;

/** The tensors whose steps a layer-wise rule scales by the ratio of two norms. */
public enum Adaptation {
    /** Tensors with weight decay, that is, without biases and normalisations. */
    DECAYED,
    ALWAYS
}
