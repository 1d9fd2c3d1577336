package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_nadam_group;
import dev.gatun.update.Decay;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.NadamHyperparameters;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** NAdam as a native call. */
record NativeNadam(MemorySegment first, MemorySegment second) implements NativeRule<NadamHyperparameters> {
    @Override
    public Class<NadamHyperparameters> numbers() {
        return NadamHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_nadam_group.layout();
    }

    @Override
    public void write(MemorySegment group, NadamHyperparameters numbers) {
        gatun_nadam_group.learning_rate(group, numbers.learningRate());
        gatun_nadam_group.beta1(group, numbers.beta1());
        gatun_nadam_group.beta2(group, numbers.beta2());
        gatun_nadam_group.epsilon(group, numbers.epsilon());
        gatun_nadam_group.weight_decay(group, numbers.weightDecay());
        gatun_nadam_group.momentum_decay(group, numbers.momentumDecay());
        gatun_nadam_group.l1(group, numbers.l1());
        gatun_nadam_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_nadam_group.decoupled(group, numbers.decay() == Decay.DECOUPLED ? 1 : 0);
        gatun_nadam_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_nadam_group.learning_rate(group, value);
            case MOMENTUM -> gatun_nadam_group.beta1(group, value);
            case WEIGHT_DECAY -> gatun_nadam_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.nadam(a, first, second);
    }
}
