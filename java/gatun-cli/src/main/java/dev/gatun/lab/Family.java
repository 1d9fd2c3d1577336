package dev.gatun.lab;

import dev.gatun.update.AdabeliefHyperparameters;
import dev.gatun.update.AdadeltaHyperparameters;
import dev.gatun.update.AdafactorHyperparameters;
import dev.gatun.update.AdagradHyperparameters;
import dev.gatun.update.AdamHyperparameters;
import dev.gatun.update.AdamaxHyperparameters;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.LambHyperparameters;
import dev.gatun.update.LarsHyperparameters;
import dev.gatun.update.LionHyperparameters;
import dev.gatun.update.MuonHyperparameters;
import dev.gatun.update.NadamHyperparameters;
import dev.gatun.update.RadamHyperparameters;
import dev.gatun.update.RmspropHyperparameters;
import dev.gatun.update.RpropHyperparameters;
import dev.gatun.update.SgdHyperparameters;

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
        return switch (numbers) {
            case SgdHyperparameters _ -> MOMENTUM;
            case AdagradHyperparameters _, RmspropHyperparameters _, AdadeltaHyperparameters _, RpropHyperparameters _,
                    LionHyperparameters _ -> SCALING;
            case AdamHyperparameters _, AdamaxHyperparameters _, NadamHyperparameters _, RadamHyperparameters _,
                    AdabeliefHyperparameters _ -> ADAM;
            case LambHyperparameters _, LarsHyperparameters _, AdafactorHyperparameters _, MuonHyperparameters _ -> TENSOR;
        };
    }
}
