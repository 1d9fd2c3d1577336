package dev.gatun.cli.option;

import dev.gatun.update.AdabeliefHyperparameters;
import dev.gatun.update.AdadeltaHyperparameters;
import dev.gatun.update.AdafactorHyperparameters;
import dev.gatun.update.AdagradHyperparameters;
import dev.gatun.update.AdamHyperparameters;
import dev.gatun.update.AdamaxHyperparameters;
import dev.gatun.update.Decay;
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

/**
 * The optimizers, each with the numbers it gets where neither the user nor the model's recipe says otherwise. With each of
 * them LeNet learns the drawn digits.
 */
public enum Rule {
    SGD,
    MOMENTUM,
    NESTEROV,
    ADAGRAD,
    RMSPROP,
    ADADELTA,
    ADAM,
    ADAMW,
    ADAMAX,
    NADAM,
    RADAM,
    LION,
    LAMB,
    LARS,
    ADABELIEF,
    ADAFACTOR,
    MUON,
    RPROP;

    public Hyperparameters defaults() {
        return switch (this) {
            case SGD -> SgdHyperparameters.DEFAULTS.withLearningRate(0.1);
            case MOMENTUM -> SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withMomentum(0.9);
            case NESTEROV -> SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withMomentum(0.9)
                    .with(SgdHyperparameters.Momentum.NESTEROV);
            case ADAGRAD -> AdagradHyperparameters.DEFAULTS.withLearningRate(0.02);
            case RMSPROP -> RmspropHyperparameters.DEFAULTS.withLearningRate(1e-3);
            case ADADELTA -> AdadeltaHyperparameters.DEFAULTS.withLearningRate(1);
            case ADAM -> AdamHyperparameters.ADAM.withLearningRate(1e-3);
            case ADAMW -> AdamHyperparameters.ADAMW.withLearningRate(1e-3).withWeightDecay(0.01);
            case ADAMAX -> AdamaxHyperparameters.DEFAULTS.withLearningRate(2e-3);
            case NADAM -> NadamHyperparameters.DEFAULTS.withLearningRate(2e-3);
            case RADAM -> RadamHyperparameters.DEFAULTS.withLearningRate(2e-3);
            case LION -> LionHyperparameters.DEFAULTS.withLearningRate(3e-4);
            case LAMB -> LambHyperparameters.DEFAULTS.withLearningRate(1e-2);
            case LARS -> LarsHyperparameters.DEFAULTS.withLearningRate(10).withMomentum(0.9).withWeightDecay(1e-4);
            case ADABELIEF -> AdabeliefHyperparameters.DEFAULTS.withLearningRate(1e-3);
            case ADAFACTOR -> AdafactorHyperparameters.DEFAULTS.withLearningRate(3e-2);
            // So that biases, which AdamW moves, may take steps of the same rate.
            case MUON -> MuonHyperparameters.DEFAULTS.with(MuonHyperparameters.Adjustment.MATCH_RMS_ADAMW)
                    .withLearningRate(2e-3).withWeightDecay(0.01);
            // Made for whole data sets: in the noise of batches a sign is as often wrong as right, so a step size must not grow
            // far, and one turn must not take back more than one agreement gave.
            case RPROP -> RpropHyperparameters.DEFAULTS.withLearningRate(1e-3).withFactors(0.85, 1.2)
                    .withStepSizes(1e-6, 1e-3);
        };
    }

    public static Rule of(Hyperparameters numbers) {
        return switch (numbers) {
            case SgdHyperparameters sgd -> sgd.variant() == SgdHyperparameters.Momentum.NESTEROV
                    ? NESTEROV
                    : sgd.momentum() == 0 ? SGD : MOMENTUM;
            case AdagradHyperparameters _ -> ADAGRAD;
            case RmspropHyperparameters _ -> RMSPROP;
            case AdadeltaHyperparameters _ -> ADADELTA;
            case AdamHyperparameters adam -> adam.decay() == Decay.DECOUPLED ? ADAMW : ADAM;
            case AdamaxHyperparameters _ -> ADAMAX;
            case NadamHyperparameters _ -> NADAM;
            case RadamHyperparameters _ -> RADAM;
            case LionHyperparameters _ -> LION;
            case LambHyperparameters _ -> LAMB;
            case LarsHyperparameters _ -> LARS;
            case AdabeliefHyperparameters _ -> ADABELIEF;
            case AdafactorHyperparameters _ -> ADAFACTOR;
            case MuonHyperparameters _ -> MUON;
            case RpropHyperparameters _ -> RPROP;
        };
    }

    /** The same numbers with another momentum, of the optimizers that it is for; without momentum nothing looks ahead. */
    public static SgdHyperparameters withMomentum(SgdHyperparameters numbers, double momentum) {
        SgdHyperparameters plain = momentum == 0 ? numbers.with(SgdHyperparameters.Momentum.CLASSIC) : numbers;
        return plain.withMomentum(momentum);
    }
}
