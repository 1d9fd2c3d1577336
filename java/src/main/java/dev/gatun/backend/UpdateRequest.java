package dev.gatun.backend;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
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
        checkMemory("parameters", parameters, true);
        checkMemory("gradients", gradients, false);
        states.forEach(state -> checkMemory("optimizer state", state, true));
        checkRanges(ranges, groups.size(), parameters.byteSize() / Float.BYTES);
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
