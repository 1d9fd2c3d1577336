package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_rmsprop_group;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.RmspropHyperparameters;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** RMSprop as a native call. */
record NativeRmsprop(MemorySegment squareAverage, MemorySegment gradientAverage, MemorySegment momentum)
        implements NativeRule<RmspropHyperparameters> {
    @Override
    public Class<RmspropHyperparameters> numbers() {
        return RmspropHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_rmsprop_group.layout();
    }

    @Override
    public void write(MemorySegment group, RmspropHyperparameters numbers) {
        gatun_rmsprop_group.learning_rate(group, numbers.learningRate());
        gatun_rmsprop_group.alpha(group, numbers.alpha());
        gatun_rmsprop_group.epsilon(group, numbers.epsilon());
        gatun_rmsprop_group.weight_decay(group, numbers.weightDecay());
        gatun_rmsprop_group.momentum(group, numbers.momentum());
        gatun_rmsprop_group.l1(group, numbers.l1());
        gatun_rmsprop_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_rmsprop_group.centered(group, numbers.variant() == RmspropHyperparameters.Variant.CENTERED ? 1 : 0);
        gatun_rmsprop_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_rmsprop_group.learning_rate(group, value);
            case MOMENTUM -> gatun_rmsprop_group.momentum(group, value);
            case WEIGHT_DECAY -> gatun_rmsprop_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.rmsprop(a, squareAverage, gradientAverage, momentum);
    }
}
