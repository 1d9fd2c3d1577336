package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_rprop_group;
import dev.gatun.update.Direction;
import dev.gatun.update.RpropHyperparameters;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;

/** Rprop as a native call. */
record NativeRprop(MemorySegment previous, MemorySegment size) implements NativeRule<RpropHyperparameters> {
    @Override
    public Class<RpropHyperparameters> numbers() {
        return RpropHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_rprop_group.layout();
    }

    @Override
    public void write(MemorySegment group, RpropHyperparameters numbers) {
        gatun_rprop_group.learning_rate(group, numbers.learningRate());
        gatun_rprop_group.decrease(group, numbers.decrease());
        gatun_rprop_group.increase(group, numbers.increase());
        gatun_rprop_group.smallest(group, numbers.smallest());
        gatun_rprop_group.largest(group, numbers.largest());
        gatun_rprop_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_rprop_group.learning_rate(group, value);
            case MOMENTUM -> throw NativeRule.absent(what);
            case WEIGHT_DECAY -> throw NativeRule.absent(what);
        }
    }

    @Override
    public void step(StepArguments a) {
        OptimizerKernels.rprop(a, previous, size);
    }
}
