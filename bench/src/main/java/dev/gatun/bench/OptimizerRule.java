package dev.gatun.bench;

import dev.gatun.backend.AdabeliefHyperparameters;
import dev.gatun.backend.AdadeltaHyperparameters;
import dev.gatun.backend.AdagradHyperparameters;
import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.AdamaxHyperparameters;
import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.LambHyperparameters;
import dev.gatun.backend.LarsHyperparameters;
import dev.gatun.backend.LionHyperparameters;
import dev.gatun.backend.NadamHyperparameters;
import dev.gatun.backend.RadamHyperparameters;
import dev.gatun.backend.RmspropHyperparameters;
import dev.gatun.backend.RpropHyperparameters;
import dev.gatun.backend.SgdHyperparameters;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;

/** Every optimizer of the command line, with what its step has to move through memory. */
public enum OptimizerRule {
    SGD(SgdHyperparameters.DEFAULTS),
    MOMENTUM(SgdHyperparameters.DEFAULTS.withMomentum(0.9)),
    NESTEROV(SgdHyperparameters.DEFAULTS.withMomentum(0.9).with(SgdHyperparameters.Momentum.NESTEROV)),
    ADAGRAD(AdagradHyperparameters.DEFAULTS),
    RMSPROP(RmspropHyperparameters.DEFAULTS),
    ADADELTA(AdadeltaHyperparameters.DEFAULTS),
    ADAM(AdamHyperparameters.ADAM),
    ADAMW(AdamHyperparameters.ADAMW),
    /** Its pair is the one above: what clipping costs. */
    ADAMW_CLIPPED(AdamHyperparameters.ADAMW, OptimizerOptions.NONE.withClipNorm(1)),
    ADAMAX(AdamaxHyperparameters.DEFAULTS),
    NADAM(NadamHyperparameters.DEFAULTS),
    RADAM(RadamHyperparameters.DEFAULTS),
    LION(LionHyperparameters.DEFAULTS),
    LAMB(LambHyperparameters.DEFAULTS),
    LARS(LarsHyperparameters.DEFAULTS.withMomentum(0.9)),
    ADABELIEF(AdabeliefHyperparameters.DEFAULTS),
    RPROP(RpropHyperparameters.DEFAULTS);

    /** What every weight is before the first step. */
    static final float WEIGHT = 1;
    /** What every gradient is. */
    static final float GRADIENT = 0.5f;

    private static final int WORD = Float.BYTES;

    private final Hyperparameters hyperparameters;
    private final OptimizerOptions options;

    OptimizerRule(Hyperparameters hyperparameters) {
        this(hyperparameters, OptimizerOptions.NONE);
    }

    OptimizerRule(Hyperparameters hyperparameters, OptimizerOptions options) {
        this.hyperparameters = hyperparameters;
        this.options = options;
    }

    /** Its name on the command line. */
    String label() {
        return this == ADAMW_CLIPPED ? "adamw, norm clipped" : name().toLowerCase(Locale.ROOT);
    }

    /** The optimizer, all elements in one range. */
    Optimizer bind(Device device, MemorySegment parameters, MemorySegment gradients) {
        List<ElementRange> all = List.of(new ElementRange(0, parameters.byteSize() / Float.BYTES, 0));
        return new Optimizer(device, parameters, gradients, List.of(hyperparameters), all, options);
    }

    /**
     * Bytes that a step reads and writes for each parameter: gradient read, weight and states read and written. A norm of
     * all gradients is one more read of them. LAMB and LARS take a pass for the norms of their tensors first.
     */
    int bytesPerParameter() {
        int update = 3 * WORD + 2 * WORD * hyperparameters.stateNames().size();
        boolean norm = options.clipNorm() > 0 || hyperparameters.maxGradientNorm() > 0;
        return update + (norm ? WORD : 0) + switch (hyperparameters) {
            case LambHyperparameters _ -> 3 * WORD; // writes the moments there, and reads them and the weight again
            case LarsHyperparameters _ -> 2 * WORD;
            default -> 0;
        };
    }

    /** What the first step makes of {@link #WEIGHT} and {@link #GRADIENT}, in plain Java. */
    double firstWeight() {
        try (Arena arena = Arena.ofConfined(); Device device = Backends.open("reference", DeviceOptions.defaults())) {
            MemorySegment weight = arena.allocateFrom(ValueLayout.JAVA_FLOAT, WEIGHT);
            try (Optimizer optimizer = bind(device, weight, arena.allocateFrom(ValueLayout.JAVA_FLOAT, GRADIENT))) {
                optimizer.step();
            }
            return weight.get(ValueLayout.JAVA_FLOAT, 0);
        }
    }

    /** Stops a benchmark whose first step went elsewhere. */
    void checkFirstStep(MemorySegment parameters) {
        double expected = firstWeight();
        double worst = 0;
        for (long i = 0; i < parameters.byteSize() / Float.BYTES; i++) {
            worst = Math.max(worst, Math.abs(parameters.getAtIndex(ValueLayout.JAVA_FLOAT, i) - expected));
        }
        Check.that(worst < 1e-5 && expected != WEIGHT,
                label() + " makes every weight " + expected + ", but one is " + worst + " off");
    }
}
