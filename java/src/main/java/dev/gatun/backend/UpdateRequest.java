package dev.gatun.backend;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fused optimizer step over slabs of {@link dev.gatun.shape.DType#F32}, all in the same order.
 *
 * @param groups     hyper-parameters of each group, all of one rule
 * @param ranges     which elements each group governs, and the tensors there; elements in no range stay as they are
 * @param parameters updated in place
 * @param gradients  read
 * @param states     by name, all {@link Hyperparameters#stateNames} of the groups, as long as {@link #stateSpace} says;
 *                   updated in place
 * @param average    the average of the weights, updated in place; null for none
 */
public record UpdateRequest(
        List<? extends Hyperparameters> groups, List<ElementRange> ranges, MemorySegment parameters,
        MemorySegment gradients, Map<String, MemorySegment> states, @Nullable MemorySegment average) {

    public UpdateRequest {
        groups = List.copyOf(groups);
        ranges = List.copyOf(ranges);
        states = Map.copyOf(states);
        if (groups.isEmpty() || groups.stream().map(Hyperparameters::rule).distinct().count() != 1) {
            throw new IllegalArgumentException("an optimizer needs at least one group, and all groups of one rule");
        }
        long elements = elements(parameters, gradients);
        ElementRange.check(ranges, groups.size(), elements);
        for (int i = 0; i < groups.size(); i++) {
            checkBound(i, groups.get(i), states);
        }
        StateSpace space = StateSpace.of(groups, ranges, elements);
        states.forEach((name, state) -> checkState(
                name, state, Float.BYTES * (space.names().contains(name) ? space.length(name) : elements)));
        if (average != null) {
            checkState("average", average, parameters.byteSize());
        }
        checkMemory("parameters", parameters, true);
        checkMemory("gradients", gradients, false);
        for (ElementRange range : ranges) {
            groups.get(range.group()).checkRange(range);
        }
    }

    /**
     * The number of f32 elements in two slabs.
     *
     * @throws IllegalArgumentException when they do not hold the same number
     */
    public static long elements(MemorySegment parameters, MemorySegment gradients) {
        if (parameters.byteSize() != gradients.byteSize() || parameters.byteSize() % Float.BYTES != 0) {
            throw new IllegalArgumentException("parameters of " + parameters.byteSize() + " bytes and gradients of "
                    + gradients.byteSize() + " bytes: both must hold the same number of f32 elements");
        }
        return parameters.byteSize() / Float.BYTES;
    }

    private static void checkState(String name, MemorySegment state, long bytes) {
        if (state.byteSize() != bytes) {
            throw new IllegalArgumentException("optimizer state " + name + " of " + state.byteSize()
                    + " bytes, where these parameters need " + bytes + " bytes");
        }
        checkMemory("optimizer state " + name, state, true);
    }

    private static void checkBound(int group, Hyperparameters numbers, Map<String, MemorySegment> states) {
        if (!states.keySet().containsAll(numbers.stateNames())) {
            throw new IllegalArgumentException("group " + group + " needs the states " + numbers.stateNames()
                    + ", but no memory is bound for them, only " + states.keySet());
        }
    }

    /**
     * Checks that a group may go on with other numbers.
     *
     * @throws IllegalArgumentException when there is no such group, they are of another rule, or a state is missing
     */
    public void checkChange(int group, Hyperparameters numbers) {
        if (group < 0 || group >= groups.size() || !numbers.rule().equals(groups.getFirst().rule())) {
            throw new IllegalArgumentException("group " + group + " of " + groups.size() + " follows "
                    + groups.getFirst().rule() + " and cannot become " + numbers);
        }
        checkBound(group, numbers, states);
    }

    /** Native code sees an address only: it would write through a read-only view, and crash on a read-only page. */
    private static void checkMemory(String what, MemorySegment memory, boolean written) {
        if (!memory.isNative() || memory.address() % Float.BYTES != 0 || (written && memory.isReadOnly())) {
            throw new IllegalArgumentException(what + " must be off-heap memory that begins at a multiple of "
                    + Float.BYTES + " bytes" + (written ? " and can be written" : "") + ", got " + memory);
        }
    }

    /** Number of f32 elements in each slab. */
    public long elements() {
        return parameters.byteSize() / Float.BYTES;
    }

    /** How long the states are, and where each tensor's part of them lies. */
    public StateSpace stateSpace() {
        return StateSpace.of(groups, ranges, elements());
    }
}
