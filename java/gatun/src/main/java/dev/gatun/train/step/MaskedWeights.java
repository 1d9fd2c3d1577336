package dev.gatun.train.step;

import dev.gatun.backend.Device;
import dev.gatun.compress.sparse.MaskSelection;
import dev.gatun.compress.sparse.MaskSelection.Scored;
import dev.gatun.compress.sparse.SparsePruning;
import dev.gatun.compress.sparse.SparsityCriterion;
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.compress.sparse.SparsitySchedule;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.StateValues;
import dev.gatun.optim.TensorState;
import dev.gatun.shape.DType;
import dev.gatun.update.kernel.StepBlock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weights that are kept at zero. A mask of the whole slab of parameters, one where an element stays, is multiplied into
 * the gradients before the optimizer reads them and into the weights after it wrote them, together with the slow
 * weights of look-ahead and the moving average. In a step in which weights become zero, they are chosen on the host and
 * the optimizer's states of them are cleared; all other steps allocate nothing.
 */
public final class MaskedWeights implements AutoCloseable {
    private final Device device;
    private final Variables variables;
    private final Optimizer optimizer;
    private final SparsityOptions options;
    private final SparsitySchedule schedule;
    private final List<Variables.Slot> slots;
    private final List<Buffer> own = new ArrayList<>();
    private final Buffer mask;
    private final @Nullable Movement movement;
    private final Buffer[] masked;
    private long done;

    /**
     * Creates a mask that keeps everything.
     *
     * @param steps of the run
     * @param slow  the slow weights of look-ahead; null for none
     * @throws IllegalArgumentException when there are no weights to mask
     */
    MaskedWeights(Device device, Variables variables, Optimizer optimizer, SparsityOptions options, long steps,
            @Nullable Buffer slow) {
        this.device = device;
        this.variables = variables;
        this.optimizer = optimizer;
        this.options = options;
        schedule = new SparsitySchedule(options, steps);
        SparsePruning.check(options, variables.slots().stream().filter(Variables.Slot::isTrained)
                .map(Variables.Slot::variable).toList());
        slots = variables.slots().stream().filter(slot -> slot.isTrained() && options.applies(slot.variable()))
                .toList();
        List<Buffer> targets = new ArrayList<>(List.of(variables.parameters()));
        if (slow != null) {
            targets.add(slow);
        }
        if (optimizer.options().averageDecay() > 0) {
            targets.add(optimizer.state(Optimizer.AVERAGE));
        }
        masked = targets.toArray(Buffer[]::new);
        boolean complete = false;
        try {
            mask = allocate(KeptState.Kind.MASK);
            movement = options.criterion() == SparsityCriterion.MOVEMENT
                    ? new Movement(allocate(KeptState.Kind.MOVEMENT), allocate(KeptState.Kind.MASKED)) : null;
            variables.slots().stream().filter(Variables.Slot::isTrained).forEach(slot -> {
                float[] ones = new float[Math.toIntExact(slot.stored().type().shape().elements())];
                Arrays.fill(ones, 1);
                variables.write(slot.stored(), of(mask, slot), ones);
            });
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    /** What movement pruning keeps: scores, and the values of masked weights, zero elsewhere. */
    private record Movement(Buffer scores, Buffer values) {}

    private Buffer allocate(KeptState.Kind kind) {
        Buffer buffer = device.allocate(Role.OPTIMIZER_STATE, kind.state, variables.parameters().bytes());
        own.add(buffer);
        return buffer;
    }

    private static Buffer of(Buffer slab, Variables.Slot slot) {
        return slab.slice(slot.offset(), slot.stored().bytes());
    }

    /** Comes before sharpness-aware minimisation perturbs the weights: masked ones stay zero then, too. */
    Phase beforeAscent() {
        return _ -> device.multiply(variables.gradients(), mask);
    }

    /** Comes when all gradients are there. */
    Phase gradients() {
        return this::gradients;
    }

    private void gradients(StepState step) {
        Movement moved = movement;
        if (moved != null) {
            device.addProduct(-step.gradientScale, variables.gradients(), variables.parameters(), moved.scores);
            device.addProduct(-step.gradientScale, variables.gradients(), moved.values, moved.scores);
        }
        long due = schedule.latest(step.number);
        if (due > done && isWhole()) {
            choose(schedule.share(step.number));
            done = due;
        }
        device.multiply(variables.gradients(), mask);
    }

    /** Whether the device takes this step: otherwise weights become zero in the next one. */
    private boolean isWhole() {
        return optimizer.results().halted() == StepBlock.Halt.NONE
                && device.findNonFinite(variables.gradients()) < 0;
    }

    /** Comes after the optimizer. */
    Phase update() {
        return _ -> {
            for (Buffer target : masked) {
                device.multiply(target, mask);
            }
            if (optimizer.options().weights().hasCopy()) {
                device.cast(variables.parameters(), DType.F32, optimizer.state(Optimizer.COPY), DType.BF16);
            }
        };
    }

    /** Sets what is masked to zero in weights, or in a mean of them. */
    public void apply(Buffer weights) {
        device.multiply(weights, mask);
    }

    private void choose(double share) {
        List<Scored> scored = slots.stream().map(this::scored).toList();
        Map<String, float[]> masks = MaskSelection.masks(scored, options, share);
        for (int i = 0; i < slots.size(); i++) {
            Variables.Slot slot = slots.get(i);
            float[] chosen = options.criterion() == SparsityCriterion.ZEROS ? MaskSelection.nonZero(scored.get(i))
                    : Objects.requireNonNull(masks.get(slot.variable().name()));
            if (movement != null) {
                exchange(slot, chosen, of(movement.values, slot));
            }
            variables.write(slot.stored(), of(mask, slot), chosen);
        }
        for (Buffer target : masked) {
            device.multiply(target, mask);
        }
        clearStates();
    }

    private Scored scored(Variables.Slot slot) {
        String name = slot.variable().name();
        Scored scored = switch (options.criterion()) {
            case MAGNITUDE, ZEROS -> MaskSelection.magnitude(slot.variable(), variables.read(name));
            case TAYLOR, SNIP -> MaskSelection.taylor(slot.variable(), variables.read(name),
                    variables.readGradient(name));
            case RANDOM -> MaskSelection.random(slot.variable(), options.seed());
            case MOVEMENT -> new Scored(slot.variable(),
                    variables.read(slot.stored(), of(Objects.requireNonNull(movement).scores, slot)));
            case ACTIVATION -> throw new IllegalStateException("inputs are not measured in training");
        };
        boolean returns = options.criterion() == SparsityCriterion.MOVEMENT
                || options.criterion() == SparsityCriterion.ZEROS;
        return returns ? scored : scored.within(variables.read(slot.stored(), of(mask, slot)));
    }

    /** Puts the values of newly masked weights aside, and those back that are not masked any more. */
    private void exchange(Variables.Slot slot, float[] chosen, Buffer aside) {
        String name = slot.variable().name();
        float[] weights = variables.read(name);
        float[] values = variables.read(slot.stored(), aside);
        for (int i = 0; i < chosen.length; i++) {
            float whole = weights[i] + values[i]; // one of them is zero
            weights[i] = chosen[i] == 0 ? 0 : whole;
            values[i] = chosen[i] == 0 ? whole : 0;
        }
        variables.write(name, weights);
        variables.write(slot.stored(), aside, values);
    }

    private void clearStates() {
        try (StateValues values = optimizer.values()) {
            for (Variables.Slot slot : slots) {
                for (TensorState part : values.of(slot.offset() / Float.BYTES, slot.stored())) {
                    if (part.stored().equals(slot.stored())) {
                        device.multiply(part.memory(), of(mask, slot));
                    }
                }
            }
            values.store();
        }
    }

    /** Returns what checkpoints keep. */
    List<KeptState> states() {
        List<KeptState> states = new ArrayList<>();
        states.add(new MaskState(this, KeptState.Kind.MASK, mask));
        Movement moved = movement;
        if (moved != null) {
            states.add(new MaskState(this, KeptState.Kind.MOVEMENT, moved.scores));
            states.add(new MaskState(this, KeptState.Kind.MASKED, moved.values));
        }
        return states;
    }

    boolean has(Variables.Slot slot) {
        return slots.contains(slot);
    }

    /** The latest step of the schedule that was done; 0 for none. */
    long done() {
        return done;
    }

    void goOn(long newDone) {
        done = newDone;
    }

    @Override
    public void close() {
        Closing.inReverse(own);
    }
}
