package dev.gatun.onednn;

import dev.gatun.backend.AdamHyperparameters;
import dev.gatun.backend.Direction;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.SgdHyperparameters;
import dev.gatun.backend.UpdateKernel;
import dev.gatun.backend.UpdateRequest;
import dev.gatun.bindings.gatun.gatun_adam_group;
import dev.gatun.bindings.gatun.gatun_range;
import dev.gatun.bindings.gatun.gatun_sgd_group;
import dev.gatun.bindings.gatun.gatun_step;
import dev.gatun.ffi.NativeOwner;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** One optimizer step as one native call. The hyper-parameters live in a native array that is changed in place. */
final class CpuUpdateKernel implements UpdateKernel {
    private final CpuDevice device;
    private final NativeOwner owner;
    private final MemorySegment step;
    private final MemorySegment groups;
    private final MemorySegment[] slots; // one for each group, so that a step makes no slices
    private final int groupCount;
    private final int stateCount;
    private final Class<?> rule;
    private final Runnable call;

    CpuUpdateKernel(CpuDevice device, NativeOwner owner, UpdateRequest request) {
        this.device = device;
        this.owner = owner;
        this.step = gatun_step.allocate(owner.arena());
        this.groupCount = request.groups().size();
        this.stateCount = request.states().size();
        this.rule = request.groups().getFirst().getClass();
        List<ElementRange> list = request.ranges();
        MemorySegment ranges = gatun_range.allocateArray(list.size(), owner.arena());
        for (int i = 0; i < list.size(); i++) {
            MemorySegment range = gatun_range.asSlice(ranges, i);
            gatun_range.begin(range, list.get(i).begin());
            gatun_range.end(range, list.get(i).end());
            gatun_range.group(range, list.get(i).group());
        }
        long elements = request.elements();
        MemorySegment parameters = request.parameters();
        MemorySegment gradients = request.gradients();
        switch (request.groups().getFirst()) {
            case SgdHyperparameters _ -> {
                groups = gatun_sgd_group.allocateArray(groupCount, owner.arena());
                MemorySegment momentum = request.states().isEmpty() ? MemorySegment.NULL : request.states().getFirst();
                call = () -> Kernels.sgdStep(
                        step, groups, groupCount, ranges, list.size(), elements, parameters, gradients, momentum);
            }
            case AdamHyperparameters _ -> {
                groups = gatun_adam_group.allocateArray(groupCount, owner.arena());
                MemorySegment first = request.states().get(0);
                MemorySegment second = request.states().get(1);
                call = () -> Kernels.adamStep(
                        step, groups, groupCount, ranges, list.size(), elements, parameters, gradients, first, second);
            }
        }
        slots = new MemorySegment[groupCount];
        for (int i = 0; i < groupCount; i++) {
            slots[i] = rule == SgdHyperparameters.class
                    ? gatun_sgd_group.asSlice(groups, i)
                    : gatun_adam_group.asSlice(groups, i);
            set(i, request.groups().get(i));
        }
    }

    @Override
    public void set(int group, Hyperparameters hyperparameters) {
        device.checkThread();
        owner.checkOpen();
        if (group < 0 || group >= groupCount || hyperparameters.getClass() != rule) {
            throw new IllegalArgumentException("group " + group + " of " + groupCount + " cannot become " + hyperparameters);
        }
        if (hyperparameters.stateNames().size() > stateCount) {
            throw new IllegalArgumentException("group " + group + ": no memory is bound for " + hyperparameters.stateNames());
        }
        switch (hyperparameters) {
            case SgdHyperparameters sgd -> {
                MemorySegment target = slots[group];
                gatun_sgd_group.learning_rate(target, sgd.learningRate());
                gatun_sgd_group.momentum(target, sgd.momentum());
                gatun_sgd_group.dampening(target, sgd.dampening());
                gatun_sgd_group.weight_decay(target, sgd.weightDecay());
                gatun_sgd_group.nesterov(target, sgd.variant() == SgdHyperparameters.Momentum.NESTEROV ? 1 : 0);
                gatun_sgd_group.maximize(target, sgd.direction() == Direction.MAXIMIZE ? 1 : 0);
            }
            case AdamHyperparameters adam -> {
                MemorySegment target = slots[group];
                gatun_adam_group.learning_rate(target, adam.learningRate());
                gatun_adam_group.beta1(target, adam.beta1());
                gatun_adam_group.beta2(target, adam.beta2());
                gatun_adam_group.epsilon(target, adam.epsilon());
                gatun_adam_group.weight_decay(target, adam.weightDecay());
                gatun_adam_group.decoupled(target, adam.decay() == AdamHyperparameters.Decay.DECOUPLED ? 1 : 0);
                gatun_adam_group.maximize(target, adam.direction() == Direction.MAXIMIZE ? 1 : 0);
            }
        }
    }

    @Override
    public void setLearningRate(int group, double learningRate) {
        device.checkThread();
        owner.checkOpen();
        if (group < 0 || group >= groupCount || !(learningRate >= 0 && Double.isFinite(learningRate))) {
            throw new IllegalArgumentException(
                    "group " + group + " of " + groupCount + " cannot take the learning rate " + learningRate);
        }
        if (rule == SgdHyperparameters.class) {
            gatun_sgd_group.learning_rate(slots[group], learningRate);
        } else {
            gatun_adam_group.learning_rate(slots[group], learningRate);
        }
    }

    @Override
    public void run(long stepNumber, double gradientScale) {
        device.checkThread();
        owner.checkOpen();
        gatun_step.step(step, stepNumber);
        gatun_step.gradient_scale(step, gradientScale);
        call.run();
    }

    @Override
    public void close() {
        device.checkThread();
        device.release(owner);
    }
}
