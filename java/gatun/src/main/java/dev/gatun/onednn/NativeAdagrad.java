package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_adagrad_group;
import dev.gatun.update.AdagradHyperparameters;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** Adagrad as a native call. */
record NativeAdagrad(MemorySegment sum) implements NativeRule<AdagradHyperparameters> {
    @Override
    public Class<AdagradHyperparameters> numbers() {
        return AdagradHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_adagrad_group.layout();
    }

    @Override
    public void write(MemorySegment group, AdagradHyperparameters numbers) {
        gatun_adagrad_group.learning_rate(group, numbers.learningRate());
        gatun_adagrad_group.learning_rate_decay(group, numbers.learningRateDecay());
        gatun_adagrad_group.initial_accumulator(group, numbers.initialAccumulator());
        gatun_adagrad_group.epsilon(group, numbers.epsilon());
        gatun_adagrad_group.weight_decay(group, numbers.weightDecay());
        gatun_adagrad_group.l1(group, numbers.l1());
        gatun_adagrad_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_adagrad_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_adagrad_group.learning_rate(group, value);
            case MOMENTUM -> throw NativeRule.absent(what);
            case WEIGHT_DECAY -> gatun_adagrad_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.adagrad(a, sum);
    }
}
