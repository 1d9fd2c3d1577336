package dev.gatun.lab;

import dev.gatun.update.Hyperparameters;

/** A group of optimizers whose paths are drawn in one picture. */
public enum Family {
    /** Plain steps and momentum. */
    MOMENTUM("momentum", "gradient descent and momentum"),
    /** A step size for each weight. */
    SCALING("scaling", "steps scaled by past gradients, or by signs"),
    /** Momentum and a step size for each weight. */
    ADAM("adam", "Adam and its descendants"),
    /** Rules of whole tensors. */
    TENSOR("tensor", "rules for whole tensors"),
    /** Second-order methods. */
    CURVATURE("curvature", "second derivatives, learnt or known");

    private final String word;
    private final String title;

    Family(String word, String title) {
        this.word = word;
        this.title = title;
    }

    /** Returns the word for file names. */
    public String word() {
        return word;
    }

    /** Returns the title. */
    public String title() {
        return title;
    }

    static Family of(Hyperparameters numbers) {
        return switch (numbers.rule().family()) {
            case MOMENTUM -> MOMENTUM;
            case SCALING -> SCALING;
            case ADAM -> ADAM;
            case TENSOR -> TENSOR;
        };
    }
}
