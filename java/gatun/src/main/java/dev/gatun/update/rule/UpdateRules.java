package dev.gatun.update.rule;

import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.UpdateRule;
import java.util.List;

/**
 * The update rules of the library by name, for the command line, the laboratory and the devices. Besides a rule's own
 * record, no other place names it.
 */
public final class UpdateRules {
    /** The optimizers that users choose from, in the order in which they are listed. */
    public static final List<OptimizerPreset> PRESETS = List.of(
            new OptimizerPreset("sgd", SgdHyperparameters.DEFAULTS.withLearningRate(0.1)),
            new OptimizerPreset("momentum", SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withMomentum(0.9)),
            new OptimizerPreset("nesterov", SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withMomentum(0.9)
                    .withVariant(SgdHyperparameters.Momentum.NESTEROV)),
            new OptimizerPreset("averaged", SgdHyperparameters.DEFAULTS.withLearningRate(0.5).withMomentum(0.9)
                    .withVariant(SgdHyperparameters.Momentum.CORRECTED_AVERAGE)),
            new OptimizerPreset("entropic", EntropicHyperparameters.DEFAULTS.withLearningRate(0.5)),
            new OptimizerPreset("p-norm", PNormHyperparameters.DEFAULTS.withLearningRate(5e-3)),
            new OptimizerPreset("adagrad", AdagradHyperparameters.DEFAULTS.withLearningRate(0.02)),
            new OptimizerPreset("rmsprop", RmspropHyperparameters.DEFAULTS.withLearningRate(1e-3)),
            new OptimizerPreset("adadelta", AdadeltaHyperparameters.DEFAULTS.withLearningRate(1)),
            new OptimizerPreset("adam", AdamHyperparameters.ADAM.withLearningRate(1e-3)),
            new OptimizerPreset("adamw", AdamHyperparameters.ADAMW.withLearningRate(1e-3).withWeightDecay(0.01)),
            new OptimizerPreset("adamax", AdamaxHyperparameters.DEFAULTS.withLearningRate(2e-3)),
            new OptimizerPreset("nadam", NadamHyperparameters.DEFAULTS.withLearningRate(2e-3)),
            new OptimizerPreset("radam", RadamHyperparameters.DEFAULTS.withLearningRate(2e-3)),
            new OptimizerPreset("lion", LionHyperparameters.DEFAULTS.withLearningRate(3e-4)),
            new OptimizerPreset("tiger", TigerHyperparameters.DEFAULTS.withLearningRate(3e-4)),
            new OptimizerPreset("lamb", LambHyperparameters.DEFAULTS.withLearningRate(1e-2)),
            new OptimizerPreset("lars",
                    LarsHyperparameters.DEFAULTS.withLearningRate(10).withMomentum(0.9).withWeightDecay(1e-4)),
            new OptimizerPreset("adabelief", AdabeliefHyperparameters.DEFAULTS.withLearningRate(1e-3)),
            new OptimizerPreset("adafactor", AdafactorHyperparameters.DEFAULTS.withLearningRate(3e-2)),
            // So that biases, which AdamW moves, may take steps of the same rate.
            new OptimizerPreset("muon", MuonHyperparameters.DEFAULTS
                    .withAdjustment(MuonHyperparameters.Adjustment.MATCH_RMS_ADAMW).withLearningRate(2e-3)
                    .withWeightDecay(0.01)),
            // Made for whole data sets: in the noise of batches a sign is as often wrong as right, so a step size must
            // not grow far, and one turn must not take back more than one agreement gave.
            new OptimizerPreset("rprop", RpropHyperparameters.DEFAULTS.withLearningRate(1e-3).withFactors(0.85, 1.2)
                    .withStepSizes(1e-6, 1e-3)));

    /** The rules of the presets, without duplicates. */
    public static final List<UpdateRule> ALL =
            PRESETS.stream().map(preset -> preset.numbers().rule()).distinct().toList();

    private UpdateRules() {}

    /** Returns the names of the presets. */
    public static List<String> names() {
        return PRESETS.stream().map(OptimizerPreset::name).toList();
    }

    /**
     * Returns the preset of a name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static OptimizerPreset named(String name) {
        return PRESETS.stream().filter(preset -> preset.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is none of "
                + String.join(", ", names())));
    }

    /**
     * Checks that the states of a rule can be stored in a format.
     *
     * @throws IllegalArgumentException if they cannot; names the presets that support it
     */
    public static void checkFits(StateStorage storage, Hyperparameters rule) {
        if (!storage.fits(rule)) {
            throw new IllegalArgumentException(rule.label() + " has no states in 8 bits, only " + withEightBitStates()
                    + " have: store its states in f32");
        }
    }

    /** Names of the presets whose states may be stored in 8 bits, as a sentence has them. */
    private static String withEightBitStates() {
        List<String> names = PRESETS.stream().filter(preset -> preset.numbers().hasEightBitStates())
                .map(OptimizerPreset::name).toList();
        return String.join(", ", names.subList(0, names.size() - 1)) + " and " + names.getLast();
    }
}
