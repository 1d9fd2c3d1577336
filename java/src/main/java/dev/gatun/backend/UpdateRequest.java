package dev.gatun.backend;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fused optimizer step over slabs of {@link dev.gatun.shape.DType#F32}, all in the same order. A segment that is on the
 * heap, read-only where it is written, misaligned, confined to another thread or overlapping another is refused with an
 * {@link IllegalArgumentException}, as is all else that does not fit; a closed one with an {@link IllegalStateException}.
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
        List<UpdateBuffer> buffers = buffers(parameters, gradients, states, average);
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
        checkApart(buffers);
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
    }

    private static List<UpdateBuffer> buffers(
            MemorySegment parameters, MemorySegment gradients, Map<String, MemorySegment> states,
            @Nullable MemorySegment average) {
        List<UpdateBuffer> buffers = new ArrayList<>();
        buffers.add(new UpdateBuffer("parameters", parameters, UpdateBuffer.Access.WRITTEN));
        buffers.add(new UpdateBuffer("gradients", gradients, UpdateBuffer.Access.READ));
        states.forEach((name, state) ->
                buffers.add(new UpdateBuffer("optimizer state " + name, state, UpdateBuffer.Access.WRITTEN)));
        if (average != null) {
            buffers.add(new UpdateBuffer("average of the weights", average, UpdateBuffer.Access.WRITTEN));
        }
        return buffers;
    }

    private static void checkApart(List<UpdateBuffer> buffers) {
        for (int i = 1; i < buffers.size(); i++) {
            for (int j = 0; j < i; j++) {
                buffers.get(i).checkApart(buffers.get(j));
            }
        }
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

    /** What a kernel holds while a step runs. */
    public UpdateClaim claim() {
        return new UpdateClaim(buffers(parameters, gradients, states, average));
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
