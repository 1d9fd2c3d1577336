package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_adadelta_group;
import dev.gatun.update.AdadeltaHyperparameters;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** Adadelta as a native call. */
record NativeAdadelta(MemorySegment squareAverage, MemorySegment accumulatedDelta)
        implements NativeRule<AdadeltaHyperparameters> {
    @Override
    public Class<AdadeltaHyperparameters> numbers() {
        return AdadeltaHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_adadelta_group.layout();
    }

    @Override
    public void write(MemorySegment group, AdadeltaHyperparameters numbers) {
        gatun_adadelta_group.learning_rate(group, numbers.learningRate());
        gatun_adadelta_group.rho(group, numbers.rho());
        gatun_adadelta_group.epsilon(group, numbers.epsilon());
        gatun_adadelta_group.weight_decay(group, numbers.weightDecay());
        gatun_adadelta_group.l1(group, numbers.l1());
        gatun_adadelta_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_adadelta_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_adadelta_group.learning_rate(group, value);
            case MOMENTUM -> throw NativeRule.absent(what);
            case WEIGHT_DECAY -> gatun_adadelta_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.adadelta(a, squareAverage, accumulatedDelta);
    }
}
