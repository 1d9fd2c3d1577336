package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_lion_group;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.LionHyperparameters;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** Lion as a native call. */
record NativeLion(MemorySegment first) implements NativeRule<LionHyperparameters> {
    @Override
    public Class<LionHyperparameters> numbers() {
        return LionHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_lion_group.layout();
    }

    @Override
    public void write(MemorySegment group, LionHyperparameters numbers) {
        gatun_lion_group.learning_rate(group, numbers.learningRate());
        gatun_lion_group.beta1(group, numbers.beta1());
        gatun_lion_group.beta2(group, numbers.beta2());
        gatun_lion_group.weight_decay(group, numbers.weightDecay());
        gatun_lion_group.l1(group, numbers.l1());
        gatun_lion_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_lion_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_lion_group.learning_rate(group, value);
            case MOMENTUM -> gatun_lion_group.beta1(group, value);
            case WEIGHT_DECAY -> gatun_lion_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.lion(a, first);
    }
}
