package dev.gatun.backend;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A fused optimizer step over slabs of {@link dev.gatun.shape.DType#F32}, all in the same order.
 *
 * @param groups     hyper-parameters of each group, all of one rule
 * @param ranges     which elements each group governs; elements in no range stay as they are
 * @param parameters updated in place
 * @param gradients  read
 * @param states     one for each of the rule's {@link Hyperparameters#stateNames}; updated in place
 */
public record UpdateRequest(
        List<? extends Hyperparameters> groups, List<ElementRange> ranges, MemorySegment parameters,
        MemorySegment gradients, List<MemorySegment> states) {

    public UpdateRequest {
        groups = List.copyOf(groups);
        ranges = List.copyOf(ranges);
        states = List.copyOf(states);
        if (groups.isEmpty() || groups.stream().map(Object::getClass).distinct().count() != 1) {
            throw new IllegalArgumentException("an optimizer needs at least one group, and all groups of one rule");
        }
        if (parameters.byteSize() != gradients.byteSize() || parameters.byteSize() % Float.BYTES != 0) {
            throw new IllegalArgumentException("parameters of " + parameters.byteSize() + " bytes and gradients of "
                    + gradients.byteSize() + " bytes: both must hold the same number of f32 elements");
        }
        for (MemorySegment state : states) {
            if (state.byteSize() != parameters.byteSize()) {
                throw new IllegalArgumentException("optimizer state of " + state.byteSize() + " bytes for parameters of "
                        + parameters.byteSize() + " bytes");
            }
        }
        long wanted = groups.stream().mapToInt(group -> group.stateNames().size()).max().orElse(0);
        if (states.size() < wanted) {
            throw new IllegalArgumentException("the rule needs " + wanted + " states, got " + states.size());
        }
    }

    /** Number of f32 elements in each slab. */
    public long elements() {
        return parameters.byteSize() / Float.BYTES;
    }
}
