package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.UpdateKernel;
import dev.gatun.backend.UpdateRequest;
import dev.gatun.backend.UpdateStep;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An optimizer over flat memory: parameters, gradients and states of {@link dev.gatun.shape.DType#F32}, all in one order.
 * A step is one native call for all groups, or two where the norm of the gradients counts, and allocates nothing. It owns
 * its states; parameters and gradients belong to the caller. It belongs to its device's thread.
 */
public final class Optimizer implements AutoCloseable {
    /** The name of the weights' average among the states. */
    public static final String AVERAGE = "ema";

    private static final double NORM_EPSILON = 1e-6; // PyTorch's, in clip_grad_norm_

    private final OptimizerOptions options;
    private final List<Hyperparameters> groups;
    private final double[] learningRates;
    private final Map<String, Slab> states = new LinkedHashMap<>();
    private final UpdateKernel kernel;
    private final UpdateStep update = new UpdateStep();
    private double gradientNorm = Double.NaN;
    private long steps;
    private boolean closed;

    /** An optimizer with zeroed states that does nothing around its rule. */
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
     * @param groups     hyper-parameters of each group, all of one rule
     * @param ranges     which elements each group governs; the others stay as they are
     * @param options    what it does around its rule
     */
    public Optimizer(
            Device device, MemorySegment parameters, MemorySegment gradients, List<? extends Hyperparameters> groups,
            List<ElementRange> ranges, OptimizerOptions options) {
        this.options = options;
        this.groups = new ArrayList<>(groups);
        this.learningRates = groups.stream().mapToDouble(Hyperparameters::learningRate).toArray();
        groups.forEach(this::checkMaxNorm);
        update.setClipValue(options.clipValue());
        update.setAverageDecay(options.averageDecay());
        boolean complete = false;
        try {
            for (Hyperparameters group : groups) {
                for (String name : group.stateNames()) {
                    if (!states.containsKey(name)) {
                        states.put(name, allocate(device, name, parameters));
                    }
                }
            }
            Map<String, MemorySegment> bound = new LinkedHashMap<>();
            states.forEach((name, slab) -> bound.put(name, slab.segment()));
            MemorySegment average = null;
            if (options.averageDecay() > 0) {
                Slab slab = allocate(device, AVERAGE, parameters);
                states.put(AVERAGE, slab);
                average = slab.segment();
            }
            kernel = device.bindUpdate(new UpdateRequest(this.groups, ranges, parameters, gradients, bound, average));
            complete = true;
        } finally {
            if (!complete) {
                states.values().forEach(Slab::close);
            }
        }
    }

    private static Slab allocate(Device device, String name, MemorySegment parameters) {
        return device.memory().allocate(Role.OPTIMIZER_STATE, name, parameters.byteSize());
    }

    private void checkMaxNorm(Hyperparameters group) {
        if (group.maxGradientNorm() != groups.getFirst().maxGradientNorm()) {
            throw new IllegalArgumentException("the bound of the norm of all gradients must be the same in all groups, got "
                    + groups.getFirst().maxGradientNorm() + " and " + group.maxGradientNorm());
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
        checkOpen();
        double scale = gradientScale;
        double maxNorm = groups.getFirst().maxGradientNorm();
        if (options.clipNorm() > 0 || maxNorm > 0) {
            gradientNorm = kernel.gradientNorm(gradientScale);
            if (!Double.isFinite(gradientNorm)) {
                return false;
            }
            scale *= coefficient(gradientNorm, options.clipNorm(), maxNorm);
        }
        update.setNumber(steps + 1);
        update.setGradientScale(scale);
        kernel.run(update);
        steps++;
        return true;
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
        return kernel.firstNonFinite();
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

    /** The numbers of one group. */
    public Hyperparameters hyperparameters(int group) {
        return groups.get(group).withLearningRate(learningRates[group]);
    }

    /** Changes the numbers of one group from the next step on. */
    public void set(int group, Hyperparameters hyperparameters) {
        checkOpen();
        checkMaxNorm(hyperparameters);
        kernel.set(group, hyperparameters);
        groups.set(group, hyperparameters);
        learningRates[group] = hyperparameters.learningRate();
    }

    /** Changes the learning rate of every group from the next step on. Allocates nothing. */
    public void setLearningRate(double learningRate) {
        checkOpen();
        for (int i = 0; i < learningRates.length; i++) {
            kernel.setLearningRate(i, learningRate);
            learningRates[i] = learningRate;
        }
    }

    /** The states by name, each in the order of the parameters; last, if there is one, the average of the weights. */
    public Map<String, Slab> states() {
        return Collections.unmodifiableMap(states);
    }

    /**
     * One state.
     *
     * @throws IllegalArgumentException when there is none of this name
     */
    public Slab state(String name) {
        Slab state = states.get(name);
        if (state == null) {
            throw new IllegalArgumentException("no optimizer state is called " + name + ", there is " + states.keySet());
        }
        return state;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the optimizer is closed");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            kernel.close(); // first: throws, leaving everything open, on a foreign thread
            closed = true;
            states.values().forEach(Slab::close);
        }
    }
}
