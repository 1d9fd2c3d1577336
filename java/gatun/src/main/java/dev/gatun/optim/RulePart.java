package dev.gatun.optim;

import dev.gatun.backend.Device;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Closing;
import dev.gatun.memory.Retention;
import dev.gatun.memory.Role;
import dev.gatun.shape.Stored;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.StateSpace;
import dev.gatun.update.kernel.StepRequest;
import dev.gatun.update.kernel.UpdateKernel;
import dev.gatun.update.kernel.UpdateRequest;
import dev.gatun.update.rule.UpdateRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The groups of one rule, bound to a span of the slabs, with states as long as that span. */
final class RulePart implements AutoCloseable {
    /** After the name of a state in 8 bits, the name of its scales. */
    static final String SCALES = ".scales";

    private final Span span;
    private final List<ElementRange> ranges;
    private final StateSpace space;
    private final Map<String, Buffer> states = new LinkedHashMap<>(); // empty where the caller gave the memory
    private final Map<String, Buffer> memory = new LinkedHashMap<>();
    private final Map<String, Buffer> scales = new LinkedHashMap<>(); // empty where the states are f32
    private final UpdateKernel kernel;
    private final Retention retention; // of what the kernel points at
    private boolean closed;

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

        Buffer of(Buffer slab, int elementBytes) {
            return slab.slice(begin * elementBytes, (end - begin) * elementBytes);
        }
    }

    /**
     * Binds a rule.
     *
     * @param groups  all of one rule
     * @param ranges  in elements of the whole slabs; their groups are indices into {@code groups}
     * @param span    covers the ranges
     * @param slabs   the whole of them
     * @param options how weights and states are stored
     * @param given   the caller's memory of each state, or null to have it allocated
     */
    RulePart(
            Device device, List<Hyperparameters> groups, List<ElementRange> ranges, Span span, WholeSlabs slabs,
            OptimizerOptions options, @Nullable Function<String, @Nullable Buffer> given) {
        this.span = span;
        this.ranges = ranges.stream().map(range -> range.within(span.begin, range.group())).toList();
        this.space = StateSpace.of(groups, this.ranges, span.end - span.begin);
        StateStorage storage = options.states();
        groups.forEach(group -> UpdateRules.checkFits(storage, group));
        boolean complete = false;
        try {
            for (String name : space.names()) {
                long length = space.length(name);
                memory.put(name, memory(device, name, storage.elementBytes(length), given));
                if (storage == StateStorage.EIGHT_BIT) {
                    scales.put(name, memory(device, name + SCALES, storage.scaleBytes(length), given));
                }
            }
            WholeSlabs own = slabs.of(span, options.weights().dtype().bytes());
            kernel = device.bindUpdate(new UpdateRequest(groups, this.ranges, own.parameters(), own.gradients(), memory,
                    own.average(), options.weights(), own.copy(), scales));
            retention = new Retention(Stream.of(memory.values(), scales.values(), own.all())
                    .flatMap(Collection::stream).toList());
            retention.begin();
            complete = true;
        } finally {
            if (!complete) {
                states.values().forEach(Buffer::close);
            }
        }
    }

    private Buffer memory(
            Device device, String name, long bytes, @Nullable Function<String, @Nullable Buffer> given) {
        if (given != null) {
            return Objects.requireNonNull(given.apply(name));
        }
        Buffer slab = device.allocate(Role.OPTIMIZER_STATE, name, bytes);
        states.put(name, slab);
        return slab;
    }

    UpdateKernel kernel() {
        return kernel;
    }

    Map<String, Buffer> states() {
        return states;
    }

    /** The memory of each state, the caller's or its own. */
    Map<String, Buffer> memory() {
        return memory;
    }

    /** The memory of the scales of each state; empty where the states are f32. */
    Map<String, Buffer> scales() {
        return scales;
    }

    /** The kernel, and where its span begins. */
    StepRequest.Part part() {
        return new StepRequest.Part(kernel, span.begin);
    }

    /** The states in f32, by name: their own memory, or copies that are added to {@code made}. */
    Map<String, Buffer> decoded(Device device, List<Buffer> made) {
        if (scales.isEmpty()) {
            return memory;
        }
        Map<String, Buffer> values = new LinkedHashMap<>();
        for (String name : memory.keySet()) {
            Buffer slab = device.allocate(Role.WORKSPACE, name + " in f32", space.length(name) * Float.BYTES);
            made.add(slab);
            kernel.decodeState(name, slab);
            values.put(name, slab);
        }
        return values;
    }

    /** Makes values, which may have changed since they were decoded, the states. */
    void encode(Map<String, Buffer> values) {
        scales.keySet().forEach(name -> kernel.encodeState(name, Objects.requireNonNull(values.get(name))));
    }

    /**
     * The states of the tensor that begins at an element of the whole slab; empty where it is not of this rule.
     *
     * @param values all states in f32
     */
    Optional<List<TensorState>> states(long begin, Stored tensor, Map<String, Buffer> values) {
        long at = begin - span.begin;
        for (ElementRange range : ranges) {
            if (range.begin() <= at && at + tensor.elements() <= range.end()) {
                return Optional.of(space.parts(range).isEmpty() ? alike(at, tensor, values) : own(range, values));
            }
        }
        return Optional.empty();
    }

    private static List<TensorState> alike(long at, Stored tensor, Map<String, Buffer> values) {
        List<TensorState> found = new ArrayList<>();
        values.forEach((name, segment) ->
                found.add(new TensorState(name, tensor, segment.slice(at * Float.BYTES, tensor.bytes()))));
        return found;
    }

    private List<TensorState> own(ElementRange range, Map<String, Buffer> values) {
        List<TensorState> found = new ArrayList<>();
        for (StateSpace.Part part : space.parts(range)) {
            Buffer segment = Objects.requireNonNull(values.get(part.name()));
            found.add(new TensorState(part.name(), part.stored(),
                    segment.slice(part.begin() * Float.BYTES, part.stored().bytes())));
        }
        return found;
    }

    @Override
    public void close() {
        kernel.close(); // first: throws, leaving everything open, on a foreign thread
        if (!closed) {
            closed = true;
            retention.end();
            Closing.inReverse(List.copyOf(states.values()));
        }
    }
}
