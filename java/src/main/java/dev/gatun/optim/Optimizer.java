package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.UpdateKernel;
import dev.gatun.backend.UpdateRequest;
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
 * A step is one native call for all groups and allocates nothing. It owns its states; parameters and gradients belong to
 * the caller. It belongs to its device's thread.
 */
public final class Optimizer implements AutoCloseable {
    private final List<Hyperparameters> groups;
    private final double[] learningRates;
    private final Map<String, Slab> states = new LinkedHashMap<>();
    private final UpdateKernel kernel;
    private long steps;
    private boolean closed;

    /**
     * An optimizer with zeroed states.
     *
     * @param parameters updated in place by each step
     * @param gradients  read by each step; as long as the parameters
     * @param groups     hyper-parameters of each group, all of one rule
     * @param ranges     which elements each group governs; the others stay as they are
     */
    public Optimizer(
            Device device, MemorySegment parameters, MemorySegment gradients, List<? extends Hyperparameters> groups,
            List<ElementRange> ranges) {
        this.groups = new ArrayList<>(groups);
        this.learningRates = groups.stream().mapToDouble(Hyperparameters::learningRate).toArray();
        List<String> names = new ArrayList<>();
        groups.forEach(group -> group.stateNames().stream().filter(name -> !names.contains(name)).forEach(names::add));
        boolean complete = false;
        try {
            for (String name : names) {
                states.put(name, device.memory().allocate(Role.OPTIMIZER_STATE, name, parameters.byteSize()));
            }
            kernel = device.bindUpdate(new UpdateRequest(this.groups, ranges, parameters, gradients,
                    states.values().stream().map(Slab::segment).toList()));
            complete = true;
        } finally {
            if (!complete) {
                states.values().forEach(Slab::close);
            }
        }
    }

    /** Updates the parameters from the gradients. */
    public void step() {
        step(1);
    }

    /** Updates the parameters from the gradients, each multiplied by {@code gradientScale} first. */
    public void step(double gradientScale) {
        checkOpen();
        kernel.run(steps + 1, gradientScale);
        steps++;
    }

    /** Steps taken so far. */
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

    /** The states by name, each in the order of the parameters. */
    public Map<String, Slab> states() {
        return Collections.unmodifiableMap(states);
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
