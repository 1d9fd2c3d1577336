package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_adamax_group;
import dev.gatun.update.AdamaxHyperparameters;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** Adamax as a native call. */
record NativeAdamax(MemorySegment first, MemorySegment infinityNorm) implements NativeRule<AdamaxHyperparameters> {
    @Override
    public Class<AdamaxHyperparameters> numbers() {
        return AdamaxHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_adamax_group.layout();
    }

    @Override
    public void write(MemorySegment group, AdamaxHyperparameters numbers) {
        gatun_adamax_group.learning_rate(group, numbers.learningRate());
        gatun_adamax_group.beta1(group, numbers.beta1());
        gatun_adamax_group.beta2(group, numbers.beta2());
        gatun_adamax_group.epsilon(group, numbers.epsilon());
        gatun_adamax_group.weight_decay(group, numbers.weightDecay());
        gatun_adamax_group.l1(group, numbers.l1());
        gatun_adamax_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_adamax_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_adamax_group.learning_rate(group, value);
            case MOMENTUM -> gatun_adamax_group.beta1(group, value);
            case WEIGHT_DECAY -> gatun_adamax_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.adamax(a, first, infinityNorm);
    }
}
