package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.backend.StateSpace;
import dev.gatun.backend.Stored;
import dev.gatun.backend.UpdateKernel;
import dev.gatun.backend.UpdateRequest;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The groups of one rule, bound to a span of the slabs, with states as long as that span. */
final class RulePart implements AutoCloseable {
    private final Span span;
    private final List<ElementRange> ranges;
    private final StateSpace space;
    private final Map<String, Slab> states = new LinkedHashMap<>(); // empty where the caller gave the memory
    private final Map<String, MemorySegment> memory = new LinkedHashMap<>();
    private final UpdateKernel kernel;

    /**
     * A run of slab elements.
     *
     * @param begin first element
     * @param end   one past the last element
     */
    record Span(long begin, long end) {
        /** From the first element of any range to the last. */
        static Span over(List<ElementRange> ranges) {
            long begin = ranges.stream().mapToLong(ElementRange::begin).min().orElse(0);
            return new Span(begin, ranges.stream().mapToLong(ElementRange::end).max().orElse(begin));
        }

        MemorySegment of(MemorySegment slab) {
            return slab.asSlice(begin * Float.BYTES, (end - begin) * Float.BYTES);
        }
    }

    /**
     * Binds a rule.
     *
     * @param groups  all of one rule
     * @param ranges  in elements of the whole slabs; their groups are indices into {@code groups}
     * @param span    covers the ranges
     * @param average of the whole slab, or null
     * @param given   the caller's memory of each state, or null to have it allocated
     */
    RulePart(
            Device device, List<Hyperparameters> groups, List<ElementRange> ranges, Span span, MemorySegment parameters,
            MemorySegment gradients, @Nullable MemorySegment average,
            @Nullable Function<String, @Nullable MemorySegment> given) {
        this.span = span;
        this.ranges = ranges.stream().map(range -> range.within(span.begin, range.group())).toList();
        this.space = StateSpace.of(groups, this.ranges, span.end - span.begin);
        boolean complete = false;
        try {
            for (String name : space.names()) {
                if (given == null) {
                    Slab slab = device.memory().allocate(Role.OPTIMIZER_STATE, name, space.length(name) * Float.BYTES);
                    states.put(name, slab);
                    memory.put(name, slab.segment());
                } else {
                    memory.put(name, Objects.requireNonNull(given.apply(name)));
                }
            }
            kernel = device.bindUpdate(new UpdateRequest(groups, this.ranges, span.of(parameters), span.of(gradients), memory,
                    average == null ? null : span.of(average)));
            complete = true;
        } finally {
            if (!complete) {
                states.values().forEach(Slab::close);
            }
        }
    }

    UpdateKernel kernel() {
        return kernel;
    }

    Map<String, Slab> states() {
        return states;
    }

    /** The lowest element of the whole slab whose gradient was not finite when the norm was last measured, or -1. */
    long firstNonFinite() {
        long first = kernel.firstNonFinite();
        return first < 0 ? -1 : span.begin + first;
    }

    /** The states of the tensor that begins at an element of the whole slab; empty where it is not of this rule. */
    Optional<List<TensorState>> states(long begin, Stored tensor) {
        long at = begin - span.begin;
        for (ElementRange range : ranges) {
            if (range.begin() <= at && at + tensor.elements() <= range.end()) {
                return Optional.of(space.parts(range).isEmpty() ? alike(at, tensor) : own(range));
            }
        }
        return Optional.empty();
    }

    private List<TensorState> alike(long at, Stored tensor) {
        List<TensorState> found = new ArrayList<>();
        memory.forEach((name, segment) ->
                found.add(new TensorState(name, tensor, segment.asSlice(at * Float.BYTES, tensor.bytes()))));
        return found;
    }

    private List<TensorState> own(ElementRange range) {
        List<TensorState> found = new ArrayList<>();
        for (StateSpace.Part part : space.parts(range)) {
            MemorySegment segment = Objects.requireNonNull(memory.get(part.name()));
            found.add(new TensorState(part.name(), part.stored(),
                    segment.asSlice(part.begin() * Float.BYTES, part.stored().bytes())));
        }
        return found;
    }

    @Override
    public void close() {
        kernel.close(); // first: throws, leaving everything open, on a foreign thread
        Closing.inReverse(List.copyOf(states.values()));
    }
}
