package dev.gatun.reference;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Candidate;
import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Transfers;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Bytes;
import dev.gatun.memory.Role;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Runs a graph on any device, node by node, every value in memory of its own: what the engine must agree with. Where a
 * kernel wants another layout than its input has, a reorder runs first; parameters leave their layout to the kernel.
 *
 * <p>What {@link #run(Graph, Device, Map)} runs on another device than the oracle is under guard: before it, all that
 * kernels write and their scratch memory is NaN; between any two tensors lie guard words that must be there afterwards;
 * and a second run from the same start must leave the same bits.
 */
public final class GraphRunner implements AutoCloseable {
    private static final long RANDOM_BYTES = 2 * Long.BYTES;
    private static final long GUARD_BYTES = 64;
    private static final byte GUARD = (byte) 0xA5;
    private static final byte NAN = (byte) 0xFF; // in every floating-point type; -1 as an integer

    private final Graph graph;
    private final Lowering lowering;
    private final LayoutPolicy policy;
    private final IdentityHashMap<Value, Place> places = new IdentityHashMap<>();
    private final IdentityHashMap<Node, KernelPlan> plans = new IdentityHashMap<>();
    private final Set<Value> opaque = Collections.newSetFromMap(new IdentityHashMap<>());
    private final List<Step> steps = new ArrayList<>();
    private final List<Kernel> kernels = new ArrayList<>();
    private final IdentityHashMap<Node, Kernel> kernelsOfNodes = new IdentityHashMap<>();
    private final Optional<Choice> choice;
    private int candidates = 1;
    private final List<Range> ranges = new ArrayList<>();
    private final int given;
    private final Range scratch;
    private final Device device;
    private final Buffer slab;
    private long size = RANDOM_BYTES + Float.BYTES; // the factor of the loss lies behind
    private long scratchBytes;

    private record Place(Stored stored, long offset) {}

    /** Bytes of the slab that hold one tensor, or the scratch memory. */
    private record Range(long offset, long bytes) {
        long end() {
            return offset + bytes;
        }

        MemorySegment of(MemorySegment slab) {
            return slab.asSlice(offset, bytes);
        }
    }

    private record Step(Optional<Node> node, KernelPlan plan, List<Place> inputs, List<Place> outputs) {}

    /**
     * One of the ways to compute a node.
     *
     * @param node the node
     * @param rank which of its candidates, from 0, or the last where there are fewer: oneDNN does not always offer as
     *             many; other nodes are computed by their first
     */
    public record Choice(Node node, int rank) {}

    /** Row-major elements of everything that is no opaque workspace; buffers as the run left them. */
    public record Result(Graph graph, IdentityHashMap<Value, double[]> values) {
        /** The elements of a value. */
        public double[] of(Value value) {
            double[] elements = values.get(value);
            if (elements == null) {
                throw new IllegalArgumentException("no elements of " + value);
            }
            return elements;
        }

        /** The elements of an output. */
        public double[] output(String name) {
            return of(graph.output(name));
        }

        /** The elements of a variable. */
        public double[] variable(String name) {
            return of(find(name));
        }

        /** The gradient of a parameter. */
        public double[] gradient(String name) {
            Value gradient = graph.gradients().get(find(name));
            if (gradient == null) {
                throw new IllegalArgumentException("no gradient of " + name);
            }
            return of(gradient);
        }

        private Value find(String name) {
            return graph.variables().stream().filter(value -> value.name().equals(name)).findFirst().orElseThrow();
        }
    }

    /** Plans and binds all nodes, in the device's first layout. */
    public GraphRunner(Graph graph, Device device) {
        this(graph, device, Optional.empty(), Optional.empty());
    }

    /** Plans and binds all nodes in a layout, one of them by the candidate that is chosen. */
    public GraphRunner(Graph graph, Device device, LayoutPolicy layout, Choice choice) {
        this(graph, device, Optional.of(layout), Optional.of(choice));
    }

    private GraphRunner(Graph graph, Device device, Optional<LayoutPolicy> layout, Optional<Choice> choice) {
        this.graph = graph;
        this.device = device;
        this.choice = choice;
        this.lowering = device.lower();
        this.policy = layout.orElse(lowering.layouts().getFirst());
        graph.inputs().forEach(value -> place(value, Stored.rowMajor(value.type())));
        graph.variables().forEach(value -> place(value, Stored.rowMajor(value.type())));
        given = ranges.size();
        graph.nodes().forEach(this::plan);
        reserve(scratchBytes);
        scratch = ranges.getLast();
        size += GUARD_BYTES;
        slab = device.allocate(Role.ACTIVATIONS, "graph runner", size);
        Buffer lossScale = slab.slice(RANDOM_BYTES, Float.BYTES);
        Transfers.write(device, lossScale, 1);
        for (Step step : steps) {
            if (!step.plan().isView()) {
                Kernel kernel = step.plan().bind(new Binding(buffers(step.inputs()), buffers(step.outputs()),
                        slab.slice(scratch.offset(), scratchBytes), slab.slice(0, RANDOM_BYTES), lossScale));
                kernels.add(kernel);
                step.node().ifPresent(node -> kernelsOfNodes.put(node, kernel));
            }
        }
    }

    /** One run of a graph: the values of all its inputs and variables go in, all values come out. */
    public static Result run(Graph graph, Device device, Map<String, double[]> given) {
        return run(new GraphRunner(graph, device), device, given);
    }

    /** The same in a given layout. */
    public static Result run(Graph graph, Device device, LayoutPolicy layout, Map<String, double[]> given) {
        return run(new GraphRunner(graph, device, Optional.of(layout), Optional.empty()), device, given);
    }

    private static Result run(GraphRunner made, Device device, Map<String, double[]> given) {
        try (GraphRunner runner = made) {
            if (!(device instanceof ReferenceDevice)) {
                return runner.guarded(given);
            }
            given.forEach(runner::set);
            runner.run();
            return runner.result();
        }
    }

    /** One run under guard: the values of all inputs and variables go in, all values come out. */
    public Result guarded(Map<String, double[]> values) {
        values.forEach(this::set);
        runGuarded();
        return result();
    }

    /** Runs all nodes on poisoned results between guard words, and once more. */
    private void runGuarded() {
        MemorySegment start = bytes();
        ranges.subList(given, ranges.size()).forEach(range -> range.of(start).fill(NAN));
        guards().forEach(guard -> guard.of(start).fill(GUARD));
        MemorySegment first = after(start);
        for (Range guard : guards()) {
            long at = guard.of(start).mismatch(guard.of(first));
            if (at >= 0) {
                throw new AssertionError("written " + at + " bytes behind " + at(guard.offset()) + " of " + graph);
            }
        }
        MemorySegment second = after(start);
        for (Range range : ranges) {
            if (!range.equals(scratch) && range.of(first).mismatch(range.of(second)) >= 0) {
                throw new AssertionError("two runs left different bits in " + at(range.end()) + " of " + graph);
            }
        }
    }

    private MemorySegment after(MemorySegment start) {
        Transfers.write(device, slab, start);
        run();
        return bytes();
    }

    private MemorySegment bytes() {
        MemorySegment copy = MemorySegment.ofArray(new byte[Math.toIntExact(slab.bytes())]);
        device.download(slab, copy);
        device.stream().synchronize();
        return copy;
    }

    /** What lies between two ranges, and behind the last. */
    private List<Range> guards() {
        List<Range> guards = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            long end = ranges.get(i).end();
            guards.add(new Range(end, (i + 1 < ranges.size() ? ranges.get(i + 1).offset() : size) - end));
        }
        return guards;
    }

    /** What ends at an offset. */
    private String at(long end) {
        return places.entrySet().stream().filter(each -> end(each.getValue()) == end)
                .map(each -> each.getKey() + " as " + each.getValue().stored().layout()).findFirst()
                .orElse("scratch memory or a reordered copy");
    }

    private static long end(Place place) {
        return place.offset() + place.stored().bytes();
    }

    private void plan(Node node) {
        Optional<Choice> chosen = choice.filter(each -> each.node().equals(node));
        List<Candidate> offered = lowering.single(node).candidates().of(new KernelRequest(
                node.inputs().stream().map(this::operand).toList(), policy, ConvolutionMethod.AUTO,
                chosen.isPresent() ? KernelRequest.Wanted.ALL : KernelRequest.Wanted.FIRST, plans::get));
        candidates = chosen.isPresent() ? offered.size() : candidates;
        KernelPlan plan = offered.get(Math.min(offered.size() - 1, chosen.map(Choice::rank).orElse(0))).plan().get();
        plans.put(node, plan);
        List<Place> inputs = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            inputs.add(storedAs(node, node.inputs().get(i), plan.inputs().get(i)));
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            Value output = node.outputs().get(i);
            if (plan.isView()) {
                places.put(output, new Place(plan.outputs().get(i), inputs.getFirst().offset()));
            } else {
                place(output, plan.outputs().get(i));
            }
            if (node.op().isWorkspace(i)) {
                opaque.add(output);
            }
        }
        scratchBytes = Math.max(scratchBytes, plan.scratchBytes());
        steps.add(new Step(Optional.of(node), plan, inputs, node.outputs().stream().map(this::placeOf).toList()));
    }

    private Operand operand(Value value) {
        return new Operand(value.type(), value.isParameter() ? null : placeOf(value).stored());
    }

    private Place storedAs(Node node, Value value, Stored wanted) {
        Place place = placeOf(value);
        if (opaque.contains(value) || place.stored().holds(wanted)) {
            return place;
        }
        if (node.op() instanceof UpdateRunningStatistics) {
            throw new IllegalStateException(node + " writes in place and cannot have its inputs reordered");
        }
        if (place.stored().type().equals(wanted.type())) {
            return reorder(place, place.stored(), wanted);
        }
        Stored plain = Stored.rowMajor(place.stored().type()); // the shapes share their row-major sequence
        Place sequence = place.stored().holds(plain) ? place : reorder(place, place.stored(), plain);
        Stored seen = Stored.rowMajor(wanted.type());
        return seen.holds(wanted) ? sequence : reorder(sequence, seen, wanted);
    }

    private Place reorder(Place place, Stored from, Stored to) {
        KernelPlan reorder = lowering.reorder(to.type(), from.layout(), to.layout());
        Place copy = new Place(to, reserve(to.bytes()));
        scratchBytes = Math.max(scratchBytes, reorder.scratchBytes());
        steps.add(new Step(Optional.empty(), reorder, List.of(place), List.of(copy)));
        return copy;
    }

    private void place(Value value, Stored stored) {
        places.put(value, new Place(stored, reserve(stored.bytes())));
    }

    private Place placeOf(Value value) {
        Place place = places.get(value);
        if (place == null) {
            throw new IllegalStateException("used before it is produced: " + value);
        }
        return place;
    }

    private long reserve(long bytes) {
        long offset = Bytes.alignUp(size, 64) + GUARD_BYTES;
        size = offset + bytes;
        ranges.add(new Range(offset, bytes));
        return offset;
    }

    private List<Buffer> buffers(List<Place> wanted) {
        return wanted.stream().map(this::buffer).toList();
    }

    private Buffer buffer(Place place) {
        return slab.slice(place.offset(), place.stored().bytes());
    }

    /** Sets an input or variable from its row-major elements. */
    public void set(String name, double[] elements) {
        for (Value value : graph.inputs()) {
            set(value, name, elements);
        }
        for (Value value : graph.variables()) {
            set(value, name, elements);
        }
    }

    private void set(Value value, String name, double[] elements) {
        if (value.name().equals(name)) {
            Place place = placeOf(value);
            Transfers.change(device, buffer(place), memory -> Elements.write(memory, place.stored(), elements));
        }
    }

    /** Says where the random numbers stand; both begin at 0. */
    public void random(long seed, long step) {
        Transfers.write(device, slab.slice(0, RANDOM_BYTES), MemorySegment.ofArray(new long[] {seed, step}));
    }

    /** How many candidates there are of the node that one was chosen for. */
    public int candidates() {
        return candidates;
    }

    /** The plan of a node. */
    public KernelPlan planOf(Node node) {
        return Objects.requireNonNull(plans.get(node));
    }

    /** The kernel of a node, which is empty where there is nothing to compute. */
    public Optional<Kernel> kernelOf(Node node) {
        return Optional.ofNullable(kernelsOfNodes.get(node));
    }

    /** Runs all nodes once. */
    public void run() {
        kernels.forEach(Kernel::run);
    }

    /** The elements of one value. */
    public double[] get(Value value) {
        Place place = placeOf(value);
        return Elements.read(Transfers.read(device, buffer(place)), place.stored());
    }

    /** The elements of all values. */
    public Result result() {
        IdentityHashMap<Value, double[]> values = new IdentityHashMap<>();
        places.keySet().stream().filter(value -> !opaque.contains(value))
                .forEach(value -> values.put(value, get(value)));
        return new Result(graph, values);
    }

    @Override
    public void close() {
        try {
            lowering.close();
        } finally {
            slab.close();
        }
    }
}
