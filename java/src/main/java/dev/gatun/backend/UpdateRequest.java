package dev.gatun.backend;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fused optimizer step over slabs of {@link dev.gatun.shape.DType#F32}, all in the same order.
 *
 * @param groups     hyper-parameters of each group, all of one rule
 * @param ranges     which elements each group governs; elements in no range stay as they are
 * @param parameters updated in place
 * @param gradients  read
 * @param states     by name, all {@link Hyperparameters#stateNames} of the groups; updated in place
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
        if (parameters.byteSize() != gradients.byteSize() || parameters.byteSize() % Float.BYTES != 0) {
            throw new IllegalArgumentException("parameters of " + parameters.byteSize() + " bytes and gradients of "
                    + gradients.byteSize() + " bytes: both must hold the same number of f32 elements");
        }
        states.forEach((name, state) -> checkState(name, state, parameters));
        if (average != null) {
            checkState("average", average, parameters);
        }
        for (int i = 0; i < groups.size(); i++) {
            checkBound(i, groups.get(i), states);
        }
        checkMemory("parameters", parameters, true);
        checkMemory("gradients", gradients, false);
        checkRanges(ranges, groups.size(), parameters.byteSize() / Float.BYTES);
    }

    private static void checkState(String name, MemorySegment state, MemorySegment parameters) {
        if (state.byteSize() != parameters.byteSize()) {
            throw new IllegalArgumentException("optimizer state " + name + " of " + state.byteSize()
                    + " bytes for parameters of " + parameters.byteSize() + " bytes");
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

    private static void checkRanges(List<ElementRange> ranges, int groups, long elements) {
        List<ElementRange> rising = new ArrayList<>(ranges);
        rising.sort(Comparator.comparingLong(ElementRange::begin).thenComparingLong(ElementRange::end));
        long free = 0;
        for (ElementRange range : rising) {
            if (range.begin() < 0 || range.begin() > range.end() || range.end() > elements
                    || range.group() < 0 || range.group() >= groups) {
                throw new IllegalArgumentException(
                        range + " does not fit a slab of " + elements + " elements and " + groups + " groups");
            }
            if (range.begin() < free && range.begin() < range.end()) {
                throw new IllegalArgumentException(range + " overlaps another range");
            }
            free = Math.max(free, range.end());
        }
    }

    /** Number of f32 elements in each slab. */
    public long elements() {
        return parameters.byteSize() / Float.BYTES;
    }
}
