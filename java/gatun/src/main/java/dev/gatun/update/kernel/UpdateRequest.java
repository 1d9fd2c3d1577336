package dev.gatun.update.kernel;

import dev.gatun.memory.Buffer;
import dev.gatun.shape.Bfloat16;
import dev.gatun.shape.DType;
import dev.gatun.update.Domain;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.rule.UpdateRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A fused optimizer step over slabs of {@link DType#F32}, unless specified otherwise, all with the same layout. A
 * segment that is on the heap, read-only where it is written, misaligned, confined to another thread or overlapping
 * another is refused with an {@link IllegalArgumentException}, as is any other invalid argument; a closed one with an
 * {@link IllegalStateException}.
 *
 * @param groups     hyper-parameters of each group, all of one rule
 * @param ranges     elements that each group governs, and the tensors there; elements in no range are not updated
 * @param parameters updated in place; bf16 where the weights are stored in bf16 only
 * @param gradients  read
 * @param states     by name, all {@link Hyperparameters#stateNames} of the groups, as long as {@link #stateSpace} says;
 *                   updated in place; one byte for each element where they are stored in 8 bits
 * @param average    the average of the weights, updated in place; null for none
 * @param weights    storage of the weights; its seed also determines the rounding of states in 8 bits
 * @param copy       the copy of the weights in bf16, written; null unless it is part of their storage
 * @param scales     by the name of the state, the scales of states in 8 bits; empty where they are stored in f32
 */
public record UpdateRequest(
        List<? extends Hyperparameters> groups, List<ElementRange> ranges, Buffer parameters,
        Buffer gradients, Map<String, Buffer> states, @Nullable Buffer average,
        WeightStorage weights, @Nullable Buffer copy, Map<String, Buffer> scales) {

    public UpdateRequest {
        groups = List.copyOf(groups);
        ranges = List.copyOf(ranges);
        states = Map.copyOf(states);
        scales = Map.copyOf(scales);
        if (groups.isEmpty() || groups.stream().map(Hyperparameters::rule).distinct().count() != 1) {
            throw new IllegalArgumentException("an optimizer needs at least one group, and all groups of one rule");
        }
        List<UpdateBuffer> buffers = buffers(parameters, gradients, states, average, weights, copy, scales);
        long elements = elements(parameters, gradients, weights);
        ElementRange.check(ranges, groups.size(), elements);
        for (int i = 0; i < groups.size(); i++) {
            checkBound(i, groups.get(i), states);
        }
        checkStates(StateSpace.of(groups, ranges, elements), groups.getFirst(), states, scales, elements);
        if (average != null) {
            checkSize("average of the weights", average, elements * Float.BYTES);
        }
        if (weights.hasCopy() != (copy != null)) {
            throw new IllegalArgumentException("weights stored as " + weights.format() + " and "
                    + (copy == null ? "no" : "a") + " bf16 copy: these do not go together");
        }
        if (copy != null) {
            checkSize("bf16 copy of the weights", copy, elements * Bfloat16.BYTES);
        }
        checkApart(buffers);
        for (ElementRange range : ranges) {
            groups.get(range.group()).checkRange(range);
        }
    }

    /** Creates a request with weights and states in f32. */
    public UpdateRequest(
            List<? extends Hyperparameters> groups, List<ElementRange> ranges, Buffer parameters,
            Buffer gradients, Map<String, Buffer> states, @Nullable Buffer average) {
        this(groups, ranges, parameters, gradients, states, average, WeightStorage.F32, null, Map.of());
    }

    private static void checkStates(
            StateSpace space, Hyperparameters rule, Map<String, Buffer> states, Map<String, Buffer> scales,
            long elements) {
        StateStorage storage = scales.isEmpty() ? StateStorage.F32 : StateStorage.EIGHT_BIT;
        UpdateRules.checkFits(storage, rule);
        if (storage == StateStorage.EIGHT_BIT && !scales.keySet().equals(states.keySet())) {
            throw new IllegalArgumentException("states " + states.keySet() + " and scales of " + scales.keySet()
                    + ": in 8 bits each state has scales");
        }
        states.forEach((name, state) -> checkSize("optimizer state " + name, state,
                storage.elementBytes(space.names().contains(name) ? space.length(name) : elements)));
        scales.forEach((name, scale) -> checkSize("scales of optimizer state " + name, scale,
                storage.scaleBytes(elements)));
    }

    /**
     * Returns the number of elements in two slabs.
     *
     * @throws IllegalArgumentException when they do not hold the same number
     */
    public static long elements(Buffer parameters, Buffer gradients, WeightStorage weights) {
        DType dtype = weights.dtype();
        written("parameters", parameters, dtype);
        read("gradients", gradients);
        long elements = gradients.bytes() / Float.BYTES;
        if (parameters.bytes() != elements * dtype.bytes()) {
            throw new IllegalArgumentException("parameters of " + parameters.bytes() + " bytes and gradients of "
                    + gradients.bytes() + " bytes: both must hold the same number of "
                    + (dtype == DType.F32 ? "f32 elements" : "elements, parameters of bf16 and gradients of f32"));
        }
        return elements;
    }

    /**
     * Checks memory that has one element for each parameter.
     *
     * @throws IllegalArgumentException if it does not have {@code elements} elements, or a step cannot use it
     */
    public static void check(String what, Buffer memory, DType dtype, long elements) {
        written(what, memory, dtype);
        checkSize(what, memory, elements * dtype.bytes());
    }

    private static void checkSize(String what, Buffer memory, long bytes) {
        if (memory.bytes() != bytes) {
            throw new IllegalArgumentException(what + " of " + memory.bytes() + " bytes, where these parameters need "
                    + bytes + " bytes: both must hold the same number of elements");
        }
    }

    private static List<UpdateBuffer> buffers(
            Buffer parameters, Buffer gradients, Map<String, Buffer> states,
            @Nullable Buffer average, WeightStorage weights, @Nullable Buffer copy,
            Map<String, Buffer> scales) {
        List<UpdateBuffer> buffers = new ArrayList<>();
        buffers.add(written("parameters", parameters, weights.dtype()));
        buffers.add(read("gradients", gradients));
        DType stateType = scales.isEmpty() ? DType.F32 : DType.U8;
        states.forEach((name, state) -> buffers.add(written("optimizer state " + name, state, stateType)));
        scales.forEach((name, scale) -> buffers.add(written("scales of optimizer state " + name, scale, DType.F32)));
        if (average != null) {
            buffers.add(written("average of the weights", average, DType.F32));
        }
        if (copy != null) {
            buffers.add(written("bf16 copy of the weights", copy, DType.BF16));
        }
        return buffers;
    }

    private static UpdateBuffer read(String name, Buffer memory) {
        return new UpdateBuffer(name, memory, DType.F32, UpdateBuffer.Access.READ);
    }

    private static UpdateBuffer written(String name, Buffer memory, DType dtype) {
        return new UpdateBuffer(name, memory, dtype, UpdateBuffer.Access.WRITTEN);
    }

    private static void checkApart(List<UpdateBuffer> buffers) {
        for (int i = 1; i < buffers.size(); i++) {
            for (int j = 0; j < i; j++) {
                buffers.get(i).checkApart(buffers.get(j));
            }
        }
    }

    private static void checkBound(int group, Hyperparameters numbers, Map<String, Buffer> states) {
        if (!states.keySet().containsAll(numbers.stateNames())) {
            throw new IllegalArgumentException("group " + group + " needs the states " + numbers.stateNames()
                    + ", but no memory is bound for them, only " + states.keySet());
        }
    }

    /**
     * Checks other hyper-parameters for a group.
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

    /** Returns the claim of a kernel on its memory. */
    public UpdateClaim claim() {
        return claim(parameters, gradients, states, average, weights, copy, scales);
    }

    /**
     * Returns the claim of a step of several rules: the whole slabs, and the states and scales of all rules, by names
     * of their own. A single request checks the memory of one rule only.
     *
     * @throws IllegalArgumentException when two of them overlap
     */
    public static UpdateClaim claim(
            Buffer parameters, Buffer gradients, Map<String, Buffer> states,
            @Nullable Buffer average, WeightStorage weights, @Nullable Buffer copy,
            Map<String, Buffer> scales) {
        List<UpdateBuffer> buffers = buffers(parameters, gradients, states, average, weights, copy, scales);
        checkApart(buffers);
        return new UpdateClaim(buffers);
    }

    /**
     * Checks factors of the gradients of the ranges.
     *
     * @throws IllegalArgumentException when they are not one for each range, or not at least 0 and finite
     */
    public void checkCoefficients(double[] coefficients) {
        checkRanges("coefficients", coefficients);
        for (double coefficient : coefficients) {
            Domain.atLeastZero("step", "coefficient of a range", coefficient);
        }
    }

    /**
     * Checks that there is one number for each range.
     *
     * @throws IllegalArgumentException when there is not
     */
    public void checkRanges(String what, double[] numbers) {
        if (numbers.length != ranges.size()) {
            throw new IllegalArgumentException(numbers.length + " " + what + " for " + ranges.size() + " ranges");
        }
    }

    /**
     * Checks memory for the decoded elements of a state in 8 bits.
     *
     * @throws IllegalArgumentException when there is no such state, or not one f32 for each element
     */
    public void checkDecoded(String name, Buffer values) {
        if (!scales.containsKey(name)) {
            throw new IllegalArgumentException("no state " + name + " is stored in 8 bits, only " + scales.keySet());
        }
        check("decoded state " + name, values, DType.F32, elements());
    }

    /** Returns the number of elements in each slab. */
    public long elements() {
        return gradients.bytes() / Float.BYTES;
    }

    /** Returns the lengths of the states, and the parts that belong to each tensor. */
    public StateSpace stateSpace() {
        return StateSpace.of(groups, ranges, elements());
    }
}
