package dev.gatun.train.step;

import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.optim.TensorState;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One slab of {@link MaskedWeights} in checkpoints.
 *
 * @param of   whose it is
 * @param kind what it is
 * @param slab as long as the parameters
 */
record MaskState(MaskedWeights of, Kind kind, Buffer slab) implements KeptState {
    private static final String DONE = "masked_step";

    @Override
    public Optional<TensorState> of(Variables.Slot slot) {
        return of.has(slot) ? Optional.of(new TensorState(kind.state, slot.stored(),
                slab.slice(slot.offset(), slot.stored().bytes()))) : Optional.empty();
    }

    @Override
    public Map<String, Long> numbers() {
        return kind == Kind.MASK ? Map.of(DONE, of.done()) : Map.of();
    }

    @Override
    public void restore(Map<String, Long> numbers) {
        if (kind == Kind.MASK) {
            of.goOn(Objects.requireNonNull(numbers.get(DONE)));
        }
    }
}
