package dev.gatun.cli;

import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.SgdHyperparameters;

/** The optimizers, each with the numbers it gets where neither the user nor the model's recipe says otherwise. */
enum Rule {
    SGD,
    ADAM,
    ADAMW;

    Hyperparameters defaults() {
        return switch (this) {
            case SGD -> SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withMomentum(0.9);
            case ADAM -> AdamHyperparameters.ADAM.withLearningRate(1e-3);
            case ADAMW -> AdamHyperparameters.ADAMW.withLearningRate(1e-3).withWeightDecay(0.01);
        };
    }

    static Rule of(Hyperparameters numbers) {
        return switch (numbers) {
            case SgdHyperparameters _ -> SGD;
            case AdamHyperparameters adam ->
                adam.decay() == AdamHyperparameters.Decay.DECOUPLED ? ADAMW : ADAM;
        };
    }

    /** The same numbers with another momentum, which only {@link #SGD} has; without momentum nothing looks ahead. */
    static SgdHyperparameters withMomentum(SgdHyperparameters numbers, double momentum) {
        SgdHyperparameters plain = momentum == 0 ? numbers.with(SgdHyperparameters.Momentum.CLASSIC) : numbers;
        return plain.withMomentum(momentum);
    }
}
