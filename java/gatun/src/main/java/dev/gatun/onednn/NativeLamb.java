package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_lamb_group;
import dev.gatun.update.Adaptation;
import dev.gatun.update.Direction;
import dev.gatun.update.LambHyperparameters;
import dev.gatun.update.Scheduled;
import dev.gatun.update.Trust;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** LAMB as a native call. */
record NativeLamb(MemorySegment first, MemorySegment second) implements NativeRule<LambHyperparameters> {
    @Override
    public Class<LambHyperparameters> numbers() {
        return LambHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_lamb_group.layout();
    }

    @Override
    public void write(MemorySegment group, LambHyperparameters numbers) {
        gatun_lamb_group.learning_rate(group, numbers.learningRate());
        gatun_lamb_group.beta1(group, numbers.beta1());
        gatun_lamb_group.beta2(group, numbers.beta2());
        gatun_lamb_group.epsilon(group, numbers.epsilon());
        gatun_lamb_group.weight_decay(group, numbers.weightDecay());
        gatun_lamb_group.bias_correction(
                group, numbers.correction() == LambHyperparameters.BiasCorrection.ON ? 1 : 0);
        gatun_lamb_group.gradient_averaging(
                group, numbers.averaging() == LambHyperparameters.GradientAveraging.ON ? 1 : 0);
        gatun_lamb_group.always_adapt(group, numbers.adaptation() == Adaptation.ALWAYS ? 1 : 0);
        gatun_lamb_group.trust_clip(group, numbers.trust() == Trust.AT_MOST_ONE ? 1 : 0);
        gatun_lamb_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_lamb_group.learning_rate(group, value);
            case MOMENTUM -> gatun_lamb_group.beta1(group, value);
            case WEIGHT_DECAY -> gatun_lamb_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.lamb(a, first, second);
    }
}
