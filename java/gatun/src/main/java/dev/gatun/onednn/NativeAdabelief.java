package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_adabelief_group;
import dev.gatun.update.AdabeliefHyperparameters;
import dev.gatun.update.Decay;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** AdaBelief as a native call. */
record NativeAdabelief(MemorySegment first, MemorySegment variance) implements NativeRule<AdabeliefHyperparameters> {
    @Override
    public Class<AdabeliefHyperparameters> numbers() {
        return AdabeliefHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_adabelief_group.layout();
    }

    @Override
    public void write(MemorySegment group, AdabeliefHyperparameters numbers) {
        gatun_adabelief_group.learning_rate(group, numbers.learningRate());
        gatun_adabelief_group.beta1(group, numbers.beta1());
        gatun_adabelief_group.beta2(group, numbers.beta2());
        gatun_adabelief_group.epsilon(group, numbers.epsilon());
        gatun_adabelief_group.weight_decay(group, numbers.weightDecay());
        gatun_adabelief_group.l1(group, numbers.l1());
        gatun_adabelief_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_adabelief_group.decoupled(group, numbers.decay() == Decay.DECOUPLED ? 1 : 0);
        gatun_adabelief_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_adabelief_group.learning_rate(group, value);
            case MOMENTUM -> gatun_adabelief_group.beta1(group, value);
            case WEIGHT_DECAY -> gatun_adabelief_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.adabelief(a, first, variance);
    }
}
