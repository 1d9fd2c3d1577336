package dev.gatun.bench;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.Optimizers;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.update.rule.AdabeliefHyperparameters;
import dev.gatun.update.rule.AdadeltaHyperparameters;
import dev.gatun.update.rule.AdafactorHyperparameters;
import dev.gatun.update.rule.AdagradHyperparameters;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.rule.AdamaxHyperparameters;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.rule.EntropicHyperparameters;
import dev.gatun.update.rule.LambHyperparameters;
import dev.gatun.update.rule.LarsHyperparameters;
import dev.gatun.update.rule.LionHyperparameters;
import dev.gatun.update.rule.MuonHyperparameters;
import dev.gatun.update.rule.NadamHyperparameters;
import dev.gatun.update.rule.PNormHyperparameters;
import dev.gatun.update.rule.RadamHyperparameters;
import dev.gatun.update.rule.RmspropHyperparameters;
import dev.gatun.update.rule.RpropHyperparameters;
import dev.gatun.update.rule.SgdHyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.rule.TigerHyperparameters;
import dev.gatun.update.rule.UpdateRules;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Every optimizer of the command line, with what its step has to move through memory. */
public enum OptimizerRule {
    SGD(SgdHyperparameters.DEFAULTS),
    MOMENTUM(SgdHyperparameters.DEFAULTS.withMomentum(0.9)),
    NESTEROV(SgdHyperparameters.DEFAULTS.withMomentum(0.9).withVariant(SgdHyperparameters.Momentum.NESTEROV)),
    AVERAGED(SgdHyperparameters.DEFAULTS.withMomentum(0.9)
            .withVariant(SgdHyperparameters.Momentum.CORRECTED_AVERAGE)),
    ENTROPIC(EntropicHyperparameters.DEFAULTS),
    P_NORM(PNormHyperparameters.DEFAULTS),
    ADAGRAD(AdagradHyperparameters.DEFAULTS),
    RMSPROP(RmspropHyperparameters.DEFAULTS),
    ADADELTA(AdadeltaHyperparameters.DEFAULTS),
    ADAM(AdamHyperparameters.ADAM),
    ADAMW(AdamHyperparameters.ADAMW),
    /** Its pair is the one above: what clipping costs. */
    ADAMW_CLIPPED(AdamHyperparameters.ADAMW, OptimizerOptions.NONE.withClipNorm(1)),
    ADAMW_8BIT(AdamHyperparameters.ADAMW, OptimizerOptions.NONE.withStates(StateStorage.EIGHT_BIT)),
    ADAMAX(AdamaxHyperparameters.DEFAULTS),
    NADAM(NadamHyperparameters.DEFAULTS),
    RADAM(RadamHyperparameters.DEFAULTS),
    LION(LionHyperparameters.DEFAULTS),
    LION_8BIT(LionHyperparameters.DEFAULTS, OptimizerOptions.NONE.withStates(StateStorage.EIGHT_BIT)),
    TIGER(TigerHyperparameters.DEFAULTS),
    LAMB(LambHyperparameters.DEFAULTS),
    LARS(LarsHyperparameters.DEFAULTS.withMomentum(0.9).withWeightDecay(1e-4)),
    ADABELIEF(AdabeliefHyperparameters.DEFAULTS),
    RPROP(RpropHyperparameters.DEFAULTS),
    ADAFACTOR(AdafactorHyperparameters.DEFAULTS),
    /** Bound by its products of matrices, not by memory. */
    MUON(MuonHyperparameters.DEFAULTS);

    /** What every weight is before the first step. */
    static final float WEIGHT = 1;
    /** What every gradient is. */
    static final float GRADIENT = 0.5f;

    private static final int WORD = Float.BYTES;

    /** Rows and columns of what rules of matrices get: a kernel of ResNet-18's last stage, as a matrix. */
    private static final long ROWS = 512;
    private static final long COLUMNS = 4608;

    static {
        List<String> missing = UpdateRules.names().stream()
                .filter(name -> Stream.of(values()).noneMatch(rule -> rule.label().equals(name))).toList();
        Check.that(missing.isEmpty(), "optimizers without a benchmark: " + missing);
    }

    private final Hyperparameters hyperparameters;
    private final OptimizerOptions options;

    OptimizerRule(Hyperparameters hyperparameters) {
        this(hyperparameters, OptimizerOptions.NONE);
    }

    OptimizerRule(Hyperparameters hyperparameters, OptimizerOptions options) {
        this.hyperparameters = hyperparameters;
        this.options = options;
    }

    /** What the table calls it. */
    String label() {
        return switch (this) {
            case ADAMW_CLIPPED -> "adamw, norm clipped";
            case ADAMW_8BIT -> "adamw, 8-bit states";
            case P_NORM -> "p-norm";
            case LION_8BIT -> "lion, 8-bit state";
            default -> name().toLowerCase(Locale.ROOT);
        };
    }

    /** The optimizer: all elements in one range, or as matrices. */
    Optimizer bind(Device device, MemorySegment parameters, MemorySegment gradients) {
        long elements = parameters.byteSize() / Float.BYTES;
        List<ElementRange> ranges = this == ADAFACTOR || this == MUON
                ? matrices(elements)
                : List.of(new ElementRange(0, elements, 0));
        return Optimizers.on(device, List.of(hyperparameters), ranges, parameters, gradients, Map.of(), options);
    }

    /** As many whole matrices as fit, and one row of what is left. */
    private static List<ElementRange> matrices(long elements) {
        List<ElementRange> ranges = new ArrayList<>();
        long begin = 0;
        for (; begin + ROWS * COLUMNS <= elements; begin += ROWS * COLUMNS) {
            ranges.add(ElementRange.of(begin, Stored.rowMajor(TensorType.f32(ROWS, COLUMNS)), 0));
        }
        if (begin < elements) {
            ranges.add(ElementRange.of(begin, Stored.rowMajor(TensorType.f32(1, elements - begin)), 0));
        }
        return ranges;
    }

    /**
     * Bytes that a step reads and writes for each parameter: gradient read, weight and states read and written; one
     * byte for a state of 8 bits. A norm of all gradients is one more read of them. LAMB and LARS take a pass for the
     * norms of their tensors first, Adafactor three; Muon's matrix goes out to the products and comes back.
     */
    int bytesPerParameter() {
        int stateBytes = Math.toIntExact(options.states().elementBytes(1));
        int states = hyperparameters.elementwiseStates() ? hyperparameters.stateNames().size() : 0;
        int update = 3 * WORD + 2 * stateBytes * states;
        boolean norm = options.clipNorm() > 0 || hyperparameters.maxGradientNorm() > 0;
        return update + (norm ? WORD : 0) + switch (hyperparameters) {
            case LambHyperparameters _ -> 3 * WORD; // writes the moments there, and reads them and the weight again
            case LarsHyperparameters _, MuonHyperparameters _ -> 2 * WORD;
            case AdafactorHyperparameters _ -> 4 * WORD;
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
        if (this == MUON) { // what it makes of an element depends on the matrix around it
            double moved = parameters.get(ValueLayout.JAVA_FLOAT, 0);
            Check.that(moved < WEIGHT && moved > 0, label() + " makes " + moved + " of a weight of " + WEIGHT);
            return;
        }
        double expected = firstWeight();
        double worst = 0;
        for (long i = 0; i < parameters.byteSize() / Float.BYTES; i++) {
            worst = Math.max(worst, Math.abs(parameters.getAtIndex(ValueLayout.JAVA_FLOAT, i) - expected));
        }
        Check.that(worst < 1e-5 && expected != WEIGHT,
                label() + " makes every weight " + expected + ", but one is " + worst + " off");
    }
}
