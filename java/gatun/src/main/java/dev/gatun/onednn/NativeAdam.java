package dev.gatun.onednn;

import dev.gatun.bindings.gatun.gatun_adam_group;
import dev.gatun.update.AdamHyperparameters;
import dev.gatun.update.Decay;
import dev.gatun.update.Direction;
import dev.gatun.update.L1;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Adam, AdamW and, with memory for the largest second moment, AMSGrad as native calls. */
record NativeAdam(MemorySegment first, MemorySegment second, @Nullable MemorySegment largest)
        implements NativeRule<AdamHyperparameters> {
    @Override
    public Class<AdamHyperparameters> numbers() {
        return AdamHyperparameters.class;
    }

    @Override
    public MemoryLayout group() {
        return gatun_adam_group.layout();
    }

    @Override
    public void write(MemorySegment group, AdamHyperparameters numbers) {
        gatun_adam_group.learning_rate(group, numbers.learningRate());
        gatun_adam_group.beta1(group, numbers.beta1());
        gatun_adam_group.beta2(group, numbers.beta2());
        gatun_adam_group.epsilon(group, numbers.epsilon());
        gatun_adam_group.weight_decay(group, numbers.weightDecay());
        gatun_adam_group.l1(group, numbers.l1());
        gatun_adam_group.proximal(group, numbers.l1Method() == L1.PROXIMAL ? 1 : 0);
        gatun_adam_group.decoupled(group, numbers.decay() == Decay.DECOUPLED ? 1 : 0);
        gatun_adam_group.maximize(group, numbers.direction() == Direction.MAXIMIZE ? 1 : 0);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> gatun_adam_group.learning_rate(group, value);
            case MOMENTUM -> gatun_adam_group.beta1(group, value);
            case WEIGHT_DECAY -> gatun_adam_group.weight_decay(group, value);
        }
    }

    @Override
    public void step(StepArguments a) {
        if (largest == null) {
            OptimizerKernels.adam(a, first, second);
        } else {
            OptimizerKernels.amsgrad(a, first, second, largest);
        }
    }
}
