package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_sgd_group;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.Scheduled;
import dev.gatun.update.SgdHyperparameters;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** SGD as a native call. */
record NativeSgd(MemorySegment momentum) implements NativeRule<SgdHyperparameters> {
    @Override
    public Class<SgdHyperparameters> numbers() {
        return SgdHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_sgd_group.layout();
    }

    @Override
    public void write(MemorySegment group, SgdHyperparameters numbers) {
        gatun_sgd_group.learning_rate(group, numbers.learningRate());
        gatun_sgd_group.momentum(group, numbers.momentum());
        gatun_sgd_group.dampening(group, numbers.dampening());
        gatun_sgd_group.weight_decay(group, numbers.weightDecay());
        gatun_sgd_group.l1(group, numbers.l1());
        gatun_sgd_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_sgd_group.nesterov(group, numbers.variant() == SgdHyperparameters.Momentum.NESTEROV ? 1 : 0);
        gatun_sgd_group.average(group, numbers.variant().averages() ? 1 : 0);
        gatun_sgd_group.bias_correction(
                group, numbers.variant() == SgdHyperparameters.Momentum.CORRECTED_AVERAGE ? 1 : 0);
        gatun_sgd_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_sgd_group.learning_rate(group, value);
            case MOMENTUM -> gatun_sgd_group.momentum(group, value);
            case WEIGHT_DECAY -> gatun_sgd_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.sgd(a, momentum);
    }
}
