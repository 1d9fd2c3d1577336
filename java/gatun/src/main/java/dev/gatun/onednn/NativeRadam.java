package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_radam_group;
import dev.gatun.update.Decay;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.RadamHyperparameters;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** RAdam as a native call. */
record NativeRadam(MemorySegment first, MemorySegment second) implements NativeRule<RadamHyperparameters> {
    @Override
    public Class<RadamHyperparameters> numbers() {
        return RadamHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_radam_group.layout();
    }

    @Override
    public void write(MemorySegment group, RadamHyperparameters numbers) {
        gatun_radam_group.learning_rate(group, numbers.learningRate());
        gatun_radam_group.beta1(group, numbers.beta1());
        gatun_radam_group.beta2(group, numbers.beta2());
        gatun_radam_group.epsilon(group, numbers.epsilon());
        gatun_radam_group.weight_decay(group, numbers.weightDecay());
        gatun_radam_group.l1(group, numbers.l1());
        gatun_radam_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_radam_group.decoupled(group, numbers.decay() == Decay.DECOUPLED ? 1 : 0);
        gatun_radam_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_radam_group.learning_rate(group, value);
            case MOMENTUM -> gatun_radam_group.beta1(group, value);
            case WEIGHT_DECAY -> gatun_radam_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.radam(a, first, second);
    }
}
