package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.Scheduled;
import dev.gatun.backend.Stored;
import dev.gatun.backend.UpdateRequest;
import dev.gatun.backend.UpdateStep;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An optimizer over flat memory: parameters, gradients and states of {@link dev.gatun.shape.DType#F32}, all in one order.
 * A step is one native call for all groups of a rule, or two where the norm of the gradients counts, and allocates nothing.
 * Groups may follow different rules; the norm that bounds gradients is that of all of them. It owns its states; parameters
 * and gradients belong to the caller. It belongs to its device's thread.
 */
public final class Optimizer implements AutoCloseable {
    /** The name of the weights' average among the states. */
    public static final String AVERAGE = "ema";

    private static final double NORM_EPSILON = 1e-6; // PyTorch's, in clip_grad_norm_

    private final OptimizerOptions options;
    private final List<GroupNumbers> groups = new ArrayList<>();
    private final RulePart[] parts;
    private final RulePart[] partOfGroup;
    private final int[] indexInPart;
    private final @Nullable MemorySegment average;
    private final @Nullable Slab averageSlab; // null where the caller gave the average
    private final Map<String, Slab> states = new LinkedHashMap<>();
    private final UpdateStep update = new UpdateStep();
    private double gradientNorm = Double.NaN;
    private long steps;
    private final Thread thread = Thread.currentThread();
    private boolean closed;

    /** An optimizer with zeroed states that does nothing around its rules. */
    public Optimizer(
            Device device, MemorySegment parameters, MemorySegment gradients, List<? extends Hyperparameters> groups,
            List<ElementRange> ranges) {
        this(device, parameters, gradients, groups, ranges, OptimizerOptions.NONE);
    }

    /**
     * An optimizer with zeroed states.
     *
     * @param parameters updated in place by each step
     * @param gradients  read by each step; as long as the parameters
     * @param groups     hyper-parameters of each group
     * @param ranges     which elements each group governs; the others stay as they are
     * @param options    what it does around its rules
     */
    public Optimizer(
            Device device, MemorySegment parameters, MemorySegment gradients, List<? extends Hyperparameters> groups,
            List<ElementRange> ranges, OptimizerOptions options) {
        this(device, parameters, gradients, groups, ranges, options, Map.of());
    }

    /** An optimizer on the caller's states: all, by name, or none; it owns what it had to allocate. */
    Optimizer(
            Device device, MemorySegment parameters, MemorySegment gradients, List<? extends Hyperparameters> groups,
            List<ElementRange> ranges, OptimizerOptions options, Map<String, MemorySegment> given) {
        this.options = options;
        groups.forEach(group -> this.groups.add(new GroupNumbers(group)));
        groups.forEach(this::checkMaxNorm);
        update.setClipValue(options.clipValue());
        update.setAverageDecay(options.averageDecay());
        partOfGroup = new RulePart[groups.size()];
        indexInPart = new int[groups.size()];
        List<RulePart> made = new ArrayList<>();
        Slab slab = null;
        MemorySegment mean = null;
        boolean complete = false;
        try {
            if (options.averageDecay() > 0) {
                slab = given.isEmpty()
                        ? device.memory().allocate(Role.OPTIMIZER_STATE, AVERAGE, parameters.byteSize())
                        : null;
                mean = slab == null ? given.get(AVERAGE) : slab.segment();
            }
            bind(device, parameters, gradients, ranges, mean, given, made);
            complete = true;
        } finally {
            if (!complete) {
                Closing.inReverse(made);
                if (slab != null) {
                    slab.close();
                }
            }
        }
        parts = made.toArray(RulePart[]::new);
        average = mean;
        averageSlab = slab;
        if (slab != null) {
            states.put(AVERAGE, slab);
        }
    }

    /** One part for each rule, in the order of the groups. */
    private void bind(
            Device device, MemorySegment parameters, MemorySegment gradients, List<ElementRange> ranges,
            @Nullable MemorySegment mean, Map<String, MemorySegment> given, List<RulePart> made) {
        long elements = UpdateRequest.elements(parameters, gradients);
        ElementRange.check(ranges, groups.size(), elements);
        Map<String, List<Integer>> byRule = new LinkedHashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            byRule.computeIfAbsent(groups.get(i).own().rule(), _ -> new ArrayList<>()).add(i);
        }
        if (byRule.isEmpty()) {
            throw new IllegalArgumentException("an optimizer needs at least one group");
        }
        boolean alone = byRule.size() == 1;
        checkNames(given, alone);
        if (mean != null && mean.byteSize() != parameters.byteSize()) {
            throw new IllegalArgumentException("the average of the weights of " + mean.byteSize()
                    + " bytes must be as long as the parameters of " + parameters.byteSize() + " bytes");
        }
        byRule.forEach((rule, members) -> {
            List<ElementRange> own = ranges.stream().filter(range -> members.contains(range.group()))
                    .map(range -> range.within(0, members.indexOf(range.group()))).toList();
            String prefix = alone ? "" : rule + ".";
            RulePart part = new RulePart(device, members.stream().map(member -> groups.get(member).own()).toList(), own,
                    alone ? new RulePart.Span(0, elements) : RulePart.Span.over(own), parameters, gradients, mean,
                    given.isEmpty() ? null : name -> given.get(prefix + name));
            made.add(part);
            for (int i = 0; i < members.size(); i++) {
                partOfGroup[members.get(i)] = part;
                indexInPart[members.get(i)] = i;
            }
            part.states().forEach((name, slab) -> states.put(prefix + name, slab));
        });
    }

    /** States that the caller gives are all there, and no others. */
    private void checkNames(Map<String, MemorySegment> given, boolean alone) {
        Set<String> names = new LinkedHashSet<>();
        for (GroupNumbers group : groups) {
            group.own().stateNames().forEach(name -> names.add(alone ? name : group.own().rule() + "." + name));
        }
        if (options.averageDecay() > 0) {
            names.add(AVERAGE);
        }
        if (!given.isEmpty() && !given.keySet().equals(names)) {
            throw new IllegalArgumentException("states " + given.keySet() + " are given, but the optimizer works on " + names
                    + ": give exactly these, or none to have them allocated");
        }
    }

    private void checkMaxNorm(Hyperparameters group) {
        double others = groups.getFirst().own().maxGradientNorm();
        if (group.maxGradientNorm() != others) {
            throw new IllegalArgumentException("the bound of the norm of all gradients must be the same in all groups, got "
                    + others + " and " + group.maxGradientNorm());
        }
    }

    /**
     * Updates the parameters from the gradients.
     *
     * @return false when it did nothing because a gradient is not finite, which only clipping by norm looks at
     */
    public boolean step() {
        return step(1);
    }

    /** The same, each gradient multiplied by {@code gradientScale} first. */
    public boolean step(double gradientScale) {
        return step(gradientScale, options.clipNorm() > 0);
    }

    /**
     * The same, but it looks at the gradients whatever the options, in one read, and does nothing when one is not finite.
     *
     * @return false when it did nothing
     */
    public boolean stepIfFinite(double gradientScale) {
        return step(gradientScale, true);
    }

    private boolean step(double gradientScale, boolean measured) {
        checkOpen();
        double scale = gradientScale;
        double maxNorm = groups.getFirst().own().maxGradientNorm();
        if (measured || maxNorm > 0) {
            gradientNorm = measureNorm(gradientScale);
            if (!Double.isFinite(gradientNorm)) {
                return false;
            }
            scale *= coefficient(gradientNorm, options.clipNorm(), maxNorm);
        }
        update.setNumber(steps + 1);
        update.setGradientScale(scale);
        for (RulePart part : parts) {
            part.kernel().run(update);
        }
        steps++;
        return true;
    }

    private double measureNorm(double gradientScale) {
        double norm = parts[0].kernel().gradientNorm(gradientScale);
        for (int i = 1; i < parts.length; i++) {
            norm = Math.hypot(norm, parts[i].kernel().gradientNorm(gradientScale));
        }
        return norm;
    }

    private static double coefficient(double norm, double clipNorm, double maxNorm) {
        double clip = clipNorm > 0 ? Math.min(1, clipNorm / (norm + NORM_EPSILON)) : 1;
        return maxNorm > 0 ? clip / Math.max(1, norm * clip / maxNorm) : clip;
    }

    /** The norm of all gradients in the latest step, scaled but not yet clipped; NaN where no option or rule needs it. */
    public double gradientNorm() {
        return gradientNorm;
    }

    /** The element of the first gradient that was not finite in the latest step whose norm was measured, or -1. */
    public long firstNonFinite() {
        long first = -1;
        for (RulePart part : parts) {
            long found = part.firstNonFinite();
            first = found >= 0 && (first < 0 || found < first) ? found : first;
        }
        return first;
    }

    /** Steps taken so far, without those that did nothing. */
    public long steps() {
        return steps;
    }

    /** Continues from a number of steps, as after a resume. */
    public void setSteps(long taken) {
        if (taken < 0) {
            throw new IllegalArgumentException("steps taken must not be negative: " + taken);
        }
        steps = taken;
    }

    /** Number of groups. */
    public int groups() {
        return groups.size();
    }

    /** The numbers of one group as they are now. */
    public Hyperparameters hyperparameters(int group) {
        return groups.get(group).now();
    }

    double learningRate(int group) {
        return groups.get(group).learningRate();
    }

    /** Changes the numbers of one group from the next step on. */
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
     * Changes one number of a group from the next step on. Allocates nothing.
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

    /** Changes the learning rate of every group from the next step on. Allocates nothing. */
    public void setLearningRate(double learningRate) {
        for (int i = 0; i < groups.size(); i++) {
            set(i, Scheduled.LEARNING_RATE, learningRate);
        }
    }

    /**
     * The memory of the states it owns by name, with the rule's name before it where there are several rules: {@code
     * muon.momentum_buffer}. Last, if there is one, the average of the weights. What of it belongs to which tensor, {@link
     * #states(long, Stored)} says. None, where the caller gave his own.
     */
    public Map<String, Slab> states() {
        return Collections.unmodifiableMap(states);
    }

    /**
     * One state.
     *
     * @throws IllegalArgumentException when it owns none of this name
     */
    public Slab state(String name) {
        Slab state = states.get(name);
        if (state == null) {
            throw new IllegalArgumentException("no optimizer state is called " + name + ", there is " + states.keySet());
        }
        return state;
    }

    /**
     * The states of one tensor, the average of its weights among them.
     *
     * @param begin  first element of the tensor in the slab of parameters
     * @param tensor what lies there
     */
    public List<TensorState> states(long begin, Stored tensor) {
        List<TensorState> found = new ArrayList<>();
        for (RulePart part : parts) {
            part.states(begin, tensor).ifPresent(found::addAll);
        }
        if (average != null) {
            found.add(new TensorState(AVERAGE, tensor, average.asSlice(begin * Float.BYTES, tensor.bytes())));
        }
        return found;
    }

    /** First of all: another thread must change nothing that a step of this one reads. */
    private void checkOpen() {
        if (!Thread.currentThread().equals(thread)) {
            throw new IllegalStateException("the optimizer belongs to thread \"" + thread.getName() + "\", not to \""
                    + Thread.currentThread().getName() + "\": step on the thread that made it, or make one for each thread");
        }
        if (closed) {
            throw new IllegalStateException("the optimizer is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            Closing.inReverse(List.of(parts)); // first: throws, leaving everything open, on a foreign thread
            closed = true;
            if (averageSlab != null) {
                averageSlab.close();
            }
        }
    }
}
