package dev.gatun.onednn;

import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * A rule on states in 8 bits: the same numbers, another native call.
 *
 * @param rule the rule on states in f32, for its numbers only
 * @param call the call
 */
record NativeEightBits<H extends Hyperparameters>(NativeRule<H> rule, Consumer<StepArguments> call)
        implements NativeRule<H> {
    @Override
    public Class<H> numbers() {
        return rule.numbers();
    }

    @Override
    public MemoryLayout group() {
        return rule.group();
    }

    @Override
    public void write(MemorySegment group, H numbers) {
        rule.write(group, numbers);
    }

    @Override
    public void set(MemorySegment group, Scheduled what, double value) {
        rule.set(group, what, value);
    }

    @Override
    public void step(StepArguments arguments) {
        call.accept(arguments);
    }
}
