package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.shape.Bfloat16;
import dev.gatun.shape.DType;
import dev.gatun.shape.Stored;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.StateStorage;
import dev.gatun.update.UpdateRule;
import dev.gatun.update.kernel.GroupNumbers;
import dev.gatun.update.kernel.StepBlock;
import dev.gatun.update.kernel.StepKernel;
import dev.gatun.update.kernel.StepRequest;
import dev.gatun.update.kernel.UpdateClaim;
import dev.gatun.update.kernel.UpdateRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer over flat memory: slabs of parameters, gradients and states of {@link dev.gatun.shape.DType#F32} with
 * one layout; parameters may be stored in bf16 and states in 8 bits.
 *
 * <p>A step is one native call for all groups of a rule, or two where the norm of the gradients is needed, and
 * allocates nothing. Groups may follow different rules; global clipping is by the norm of all their gradients. The
 * optimizer owns its states; parameters and gradients belong to the caller. It belongs to its device's thread.
 */
public final class Optimizer implements AutoCloseable {
    /** The name, among the states, of the average of the weights. */
    public static final String AVERAGE = "ema";

    /** The name, among the states, of the bf16 copy of the weights. */
    public static final String COPY = "bf16";

    private final OptimizerOptions options;
    private final List<GroupNumbers> groups = new ArrayList<>();
    private final RulePart[] parts;
    private final RulePart[] partOfGroup;
    private final int[] indexInPart;
    private final WholeSlabs slabs;
    private final List<Buffer> own = new ArrayList<>(); // average and copy, unless the caller gave them
    private final Device device;
    private final StepKernel steps;
    private final StepBlock latest = StepBlock.onHost();
    private final Map<String, Buffer> states = new LinkedHashMap<>();
    private final Thread thread = Thread.currentThread();
    private boolean closed;

    /** Creates an optimizer with zeroed states and {@link OptimizerOptions#NONE}. */
    public Optimizer(
            Device device, Buffer parameters, Buffer gradients, List<? extends Hyperparameters> groups,
            List<ElementRange> ranges) {
        this(device, parameters, gradients, groups, ranges, OptimizerOptions.NONE);
    }

    /**
     * Creates an optimizer with zeroed states.
     *
     * @param parameters updated in place by each step; f32, or bf16 where the options say so
     * @param gradients  read by each step; f32, as many elements as the parameters
     * @param groups     hyper-parameters of each group
     * @param ranges     elements that each group governs; elements in no range are not updated
     * @param options    clipping, averaging, storage and loss scaling
     */
    public Optimizer(
            Device device, Buffer parameters, Buffer gradients, List<? extends Hyperparameters> groups,
            List<ElementRange> ranges, OptimizerOptions options) {
        this(device, parameters, gradients, groups, ranges, options, Map.of());
    }

    /** An optimizer on the caller's states: all, by name, or none; it owns what it had to allocate. */
    Optimizer(
            Device device, Buffer parameters, Buffer gradients, List<? extends Hyperparameters> groups,
            List<ElementRange> ranges, OptimizerOptions options, Map<String, Buffer> given) {
        this.options = options;
        groups.forEach(group -> this.groups.add(new GroupNumbers(group)));
        groups.forEach(this::checkMaxNorm);
        partOfGroup = new RulePart[groups.size()];
        indexInPart = new int[groups.size()];
        this.device = device;
        List<RulePart> made = new ArrayList<>();
        boolean complete = false;
        try {
            long elements = UpdateRequest.elements(parameters, gradients, options.weights());
            ElementRange.check(ranges, groups.size(), elements);
            slabs = new WholeSlabs(parameters, gradients,
                    options.averageDecay() > 0 ? memory(AVERAGE, elements * Float.BYTES, given) : null,
                    options.weights().hasCopy() ? memory(COPY, elements * Bfloat16.BYTES, given) : null);
            UpdateClaim claim = bind(device, elements, ranges, given, made);
            steps = device.bindSteps(new StepRequest(made.stream().map(RulePart::part).toList(), options.clipping(),
                    options.clipValue(), this.groups.getFirst().own().maxGradientNorm(), options.averageDecay(),
                    options.lossScaling().rule(), claim));
            Buffer copy = slabs.copy();
            if (copy != null && given.isEmpty()) {
                device.cast(parameters, DType.F32, copy, DType.BF16);
            }
            complete = true;
        } finally {
            if (!complete) {
                Closing.inReverse(made);
                own.forEach(Buffer::close);
            }
        }
        parts = made.toArray(RulePart[]::new);
        own.forEach(slab -> states.put(slab.label(), slab));
    }

    private @Nullable Buffer memory(String name, long bytes, Map<String, Buffer> given) {
        if (!given.isEmpty()) {
            return given.get(name);
        }
        Buffer slab = device.allocate(Role.OPTIMIZER_STATE, name, bytes);
        own.add(slab);
        return slab;
    }

    /** Makes one part for each rule, in the order of the groups; returns the claim on the memory of all. */
    private UpdateClaim bind(
            Device device, long elements, List<ElementRange> ranges, Map<String, Buffer> given,
            List<RulePart> made) {
        Map<UpdateRule, List<Integer>> byRule = new LinkedHashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            byRule.computeIfAbsent(groups.get(i).own().rule(), _ -> new ArrayList<>()).add(i);
        }
        if (byRule.isEmpty()) {
            throw new IllegalArgumentException("an optimizer needs at least one group");
        }
        boolean alone = byRule.size() == 1;
        checkNames(given, alone);
        check("average of the weights", slabs.average(), DType.F32, elements);
        check("bf16 copy of the weights", slabs.copy(), DType.BF16, elements);
        Map<String, Buffer> allStates = new LinkedHashMap<>();
        Map<String, Buffer> allScales = new LinkedHashMap<>();
        byRule.forEach((rule, members) -> {
            List<ElementRange> own = ranges.stream().filter(range -> members.contains(range.group()))
                    .map(range -> range.within(0, members.indexOf(range.group()))).toList();
            String prefix = alone ? "" : rule + ".";
            RulePart part = new RulePart(device, members.stream().map(member -> groups.get(member).own()).toList(), own,
                    alone ? new RulePart.Span(0, elements) : RulePart.Span.over(own), slabs, options,
                    given.isEmpty() ? null : name -> given.get(prefix + name));
            made.add(part);
            for (int i = 0; i < members.size(); i++) {
                partOfGroup[members.get(i)] = part;
                indexInPart[members.get(i)] = i;
            }
            part.states().forEach((name, slab) -> states.put(prefix + name, slab));
            part.memory().forEach((name, memory) -> allStates.put(prefix + name, memory));
            part.scales().forEach((name, memory) -> allScales.put(prefix + name, memory));
        });
        return UpdateRequest.claim(slabs.parameters(), slabs.gradients(), allStates, slabs.average(), options.weights(),
                slabs.copy(), allScales);
    }

    private static void check(String what, @Nullable Buffer memory, DType dtype, long elements) {
        if (memory != null) {
            UpdateRequest.check(what, memory, dtype, elements);
        }
    }

    /** States that the caller gives are all there, and no others. */
    private void checkNames(Map<String, Buffer> given, boolean alone) {
        Set<String> names = new LinkedHashSet<>();
        for (GroupNumbers group : groups) {
            for (String name : group.own().stateNames()) {
                String full = alone ? name : group.own().rule() + "." + name;
                names.add(full);
                if (options.states() == StateStorage.EIGHT_BIT) {
                    names.add(full + RulePart.SCALES);
                }
            }
        }
        if (options.averageDecay() > 0) {
            names.add(AVERAGE);
        }
        if (options.weights().hasCopy()) {
            names.add(COPY);
        }
        if (!given.isEmpty() && !given.keySet().equals(names)) {
            throw new IllegalArgumentException("states " + given.keySet() + " are given, but the optimizer works on "
                    + names
                    + ": give exactly these, or none to have them allocated");
        }
    }

    private void checkMaxNorm(Hyperparameters group) {
        double others = groups.getFirst().own().maxGradientNorm();
        if (group.maxGradientNorm() != others) {
            throw new IllegalArgumentException(
                    "the bound of the norm of all gradients must be the same in all groups, got "
                    + others + " and " + group.maxGradientNorm());
        }
    }

    /**
     * Updates the parameters from the gradients.
     *
     * @return false if the step was skipped because a gradient is not finite; checked only where clipping by norm or a
     *         loss scale measures the gradients
     */
    public boolean step() {
        return step(1);
    }

    /** Takes one step with every gradient multiplied by {@code gradientScale} first; otherwise as {@link #step()}. */
    public boolean step(double gradientScale) {
        return step(gradientScale, false);
    }

    /**
     * Takes one step if all gradients are finite, which costs one read of them; otherwise as {@link #step(double)}.
     *
     * @return false if the step was skipped
     */
    public boolean stepIfFinite(double gradientScale) {
        return step(gradientScale, true);
    }

    private boolean step(double gradientScale, boolean checks) {
        checkOpen();
        steps.update(gradientScale, checks);
        return !results().skipped();
    }

    /**
     * Submits a step without waiting for it; {@link #control} reports its results later.
     *
     * @param gradientScale factor of every gradient, applied before the division by the loss scale
     */
    public void submit(double gradientScale) {
        checkOpen();
        steps.update(gradientScale, false);
    }

    /** Returns the step kernel, which decides the steps on the device. */
    public StepKernel control() {
        checkOpen();
        return steps;
    }

    /** Returns the results of the latest step, waiting for it; always the same object, updated in place. */
    public StepBlock results() {
        checkOpen();
        steps.report(latest.bytes());
        device.stream().synchronize();
        return latest;
    }

    /** Returns the norm of all gradients in the latest step, scaled but not clipped; NaN if it was not measured. */
    public double gradientNorm() {
        return results().norm();
    }

    /**
     * Returns the index of the first gradient that was not finite in the latest step whose norm was measured, or -1.
     */
    public long firstNonFinite() {
        return results().firstNonFinite();
    }

    /** Returns the number of steps taken, without skipped ones. */
    public long steps() {
        return results().steps();
    }

    /** Sets the number of steps taken, as when a run is resumed. */
    public void setSteps(long taken) {
        checkOpen();
        if (taken < 0) {
            throw new IllegalArgumentException("steps taken must not be negative: " + taken);
        }
        steps.setSteps(taken);
    }

    /** Returns the options of clipping, averaging, storage and loss scaling. */
    public OptimizerOptions options() {
        return options;
    }

    /** Returns the number of groups. */
    public int groups() {
        return groups.size();
    }

    /** Returns the current hyper-parameters of a group. */
    public Hyperparameters hyperparameters(int group) {
        return groups.get(group).now();
    }

    double learningRate(int group) {
        return groups.get(group).learningRate();
    }

    /** Sets the hyper-parameters of a group, from the next step on. */
    public void set(int group, Hyperparameters hyperparameters) {
        checkOpen();
        checkMaxNorm(hyperparameters);
        if (group < 0 || group >= groups.size()) {
            throw new IllegalArgumentException("there is no group " + group + " among " + groups.size());
        }
        partOfGroup[group].kernel().set(indexInPart[group], hyperparameters);
        groups.get(group).set(hyperparameters);
    }

    /**
     * Sets one hyper-parameter of a group, from the next step on. Allocates nothing.
     *
     * @throws IllegalArgumentException when the group's rule does not have it, or the value is outside its domain
     */
    public void set(int group, Scheduled what, double value) {
        checkOpen();
        GroupNumbers numbers = groups.get(group);
        what.check(numbers.own(), value);
        partOfGroup[group].kernel().set(indexInPart[group], what, value);
        numbers.set(what, value);
    }

    /** Sets the learning rate of every group, from the next step on. Allocates nothing. */
    public void setLearningRate(double learningRate) {
        for (int i = 0; i < groups.size(); i++) {
            set(i, Scheduled.LEARNING_RATE, learningRate);
        }
    }

    /**
     * Returns the memory of the states that the optimizer owns by name, preceded by the rule's name if there are
     * several rules: {@code muon.momentum_buffer}. A state in 8 bits is followed by its scales, {@code exp_avg.scales}.
     * The average of the weights and their bf16 copy, if any, come last. {@link #values} assigns the memory to tensors.
     * Empty if the caller provided the states.
     */
    public Map<String, Buffer> states() {
        return Collections.unmodifiableMap(states);
    }

    /**
     * Returns the state that a name in {@link #states} belongs to: the name itself, or for scales that of their state.
     */
    public static String stateName(String memory) {
        return memory.endsWith(RulePart.SCALES) ? memory.substring(0, memory.length() - RulePart.SCALES.length())
                : memory;
    }

    /**
     * Returns the memory of one state.
     *
     * @throws IllegalArgumentException when it owns none of this name
     */
    public Buffer state(String name) {
        Buffer state = states.get(name);
        if (state == null) {
            throw new IllegalArgumentException("no optimizer state is called " + name + ", there is "
                    + states.keySet());
        }
        return state;
    }

    /** Returns all states in f32, to be saved or set; with {@link #steps} they are complete for a resume. */
    public StateValues values() {
        checkOpen();
        return new StateValues(device, List.of(parts), slabs);
    }

    /**
     * Returns the states of one tensor, the average of its weights included. They must be stored in f32, otherwise
     * {@link #values} has them.
     *
     * @param begin  first element of the tensor in the slab of parameters
     * @param tensor type and layout of the tensor
     */
    public List<TensorState> states(long begin, Stored tensor) {
        if (options.states() != StateStorage.F32 || options.weights().hasCopy()) {
            throw new IllegalStateException("not all states are stored in f32: use values()");
        }
        try (StateValues values = values()) {
            return values.of(begin, tensor); // nothing was decoded, so these are the states themselves
        }
    }

    /** First of all: another thread must change nothing that a step of this one reads. */
    private void checkOpen() {
        checkThread();
        if (closed) {
            throw new IllegalStateException("the optimizer is closed");
        }
    }

    private void checkThread() {
        if (!Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("the optimizer belongs to thread \"" + thread.getName() + "\", not to \""
                    + Thread.currentThread().getName()
                    + "\": step on the thread that made it, or make one for each thread");
        }
    }

    /** Returns whether this optimizer is closed. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (!closed) {
            checkThread(); // first: leaves everything open on a foreign thread
            Closing.inReverse(List.of(parts));
            steps.close();
            closed = true;
            own.forEach(Buffer::close);
        }
    }
}
