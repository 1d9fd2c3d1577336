package dev.gatun.lab;

import dev.gatun.backend.AdabeliefHyperparameters;
import dev.gatun.backend.AdadeltaHyperparameters;
import dev.gatun.backend.AdafactorHyperparameters;
import dev.gatun.backend.AdagradHyperparameters;
import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.AdamaxHyperparameters;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.LambHyperparameters;
import dev.gatun.backend.LarsHyperparameters;
import dev.gatun.backend.LionHyperparameters;
import dev.gatun.backend.MuonHyperparameters;
import dev.gatun.backend.NadamHyperparameters;
import dev.gatun.backend.RadamHyperparameters;
import dev.gatun.backend.RmspropHyperparameters;
import dev.gatun.backend.RpropHyperparameters;
import dev.gatun.backend.SgdHyperparameters;

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
    String word() {
        return word;
    }

    /** For people. */
    String title() {
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
