package dev.gatun.lab;

import dev.gatun.update.Hyperparameters;

/** Optimizers that share a picture. */
public enum Family {
    /** Plain steps, and velocities. */
    MOMENTUM("momentum", "gradient descent and momentum"),
    /** A step size for each weight. */
    SCALING("scaling", "steps scaled by past gradients, or by signs"),
    /** Both. */
    ADAM("adam", "Adam and its descendants"),
    /** Rules that see a tensor as a whole. */
    TENSOR("tensor", "rules for whole tensors"),
    /** Second derivatives. */
    CURVATURE("curvature", "second derivatives, learnt or known");

    private final String word;
    private final String title;

    Family(String word, String title) {
        this.word = word;
        this.title = title;
    }

    /** For file names. */
    public String word() {
        return word;
    }

    /** For people. */
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
