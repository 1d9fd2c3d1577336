package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_lars_group;
import dev.gatun.update.Adaptation;
import dev.gatun.update.Direction;
import dev.gatun.update.LarsHyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.Trust;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** LARS as a native call. */
record NativeLars(MemorySegment momentum) implements NativeRule<LarsHyperparameters> {
    @Override
    public Class<LarsHyperparameters> numbers() {
        return LarsHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_lars_group.layout();
    }

    @Override
    public void write(MemorySegment group, LarsHyperparameters numbers) {
        gatun_lars_group.learning_rate(group, numbers.learningRate());
        gatun_lars_group.momentum(group, numbers.momentum());
        gatun_lars_group.dampening(group, numbers.dampening());
        gatun_lars_group.weight_decay(group, numbers.weightDecay());
        gatun_lars_group.trust_coefficient(group, numbers.trustCoefficient());
        gatun_lars_group.epsilon(group, numbers.epsilon());
        gatun_lars_group.nesterov(group, numbers.variant() == LarsHyperparameters.Momentum.NESTEROV ? 1 : 0);
        gatun_lars_group.always_adapt(group, numbers.adaptation() == Adaptation.ALWAYS ? 1 : 0);
        gatun_lars_group.trust_clip(group, numbers.trust() == Trust.AT_MOST_ONE ? 1 : 0);
        gatun_lars_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_lars_group.learning_rate(group, value);
            case MOMENTUM -> gatun_lars_group.momentum(group, value);
            case WEIGHT_DECAY -> gatun_lars_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.lars(a, momentum);
    }
}
