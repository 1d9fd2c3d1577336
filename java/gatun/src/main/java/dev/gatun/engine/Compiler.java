package dev.gatun.engine;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Support;
import dev.gatun.engine.Step.Tensor;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.graph.integers.IntegerInference;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Bytes;
import dev.gatun.memory.Closing;
import dev.gatun.memory.LifetimePlanner;
import dev.gatun.memory.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compiles graphs: plans kernels, layouts and memory, and binds a {@link Program}. */
public final class Compiler {
    private Compiler() {}

    /** Compiles a graph with its own variables, which belong to the caller afterwards. */
    public static Program compile(Graph graph, Device device, CompileOptions options) {
        return compile(graph, device, options, null, List.of());
    }

    /**
     * Compiles a graph that borrows variables of other models, by name, besides its own variables, which belong to the
     * caller. Borrowed variables must stay open; gradients of them are written to the model that owns them.
     */
    public static Program compile(Graph graph, Device device, CompileOptions options, List<Variables> lenders) {
        return compile(graph, device, options, null, lenders);
    }

    /**
     * Compiles a graph that shares the variables of another program.
     *
     * @throws dev.gatun.backend.UnsupportedOperationOnDevice when the device lacks an operation
     * @throws dev.gatun.memory.MemoryBudgetException          when the plan needs more memory than the budget has
     */
    public static Program compile(Graph graph, Device device, CompileOptions options, @Nullable Variables shared) {
        if (shared != null && !graph.gradients().isEmpty() && !shared.hasGradients()) {
            throw new IllegalArgumentException("a training program cannot share variables that were made for inference:"
                    + " compile the training program first");
        }
        return compile(graph, device, options, shared, List.of());
    }

    /**
     * Allocates the variables of a graph, in the layouts that its kernels prefer, without a program: no activations are
     * allocated and no kernel is bound. They belong to the caller.
     */
    public static Variables variables(Graph graph, Device device, CompileOptions options) {
        CompileOptions settled = settled(graph, device, options, null);
        try (Lowering lowering = device.lower()) {
            return plan(graph, device, settled, lowering, new Tuner(settled.recorded(), Tuning.FIRST, null),
                    new AcrossRanks(device, null)).newVariables(device, List.of());
        }
    }

    /** Of no examples there is no mean loss. */
    private static void refuseEmptyInputs(Graph graph) {
        for (Value input : graph.inputs()) {
            if (input.type().shape().elements() == 0) {
                throw new IllegalArgumentException("input " + input.name() + " " + input.type().shape()
                        + " has no elements: compile for a batch of one example at least");
            }
        }
    }

    private static Planning plan(
            Graph graph, Device device, CompileOptions options, Lowering lowering, Tuner tuner, AcrossRanks across) {
        Chooser chooser = new Chooser(device, tuner, options.convolution());
        LayoutPolicy layout = options.layout() == null
                ? chooser.layout(graph, lowering.layouts(), _ -> 0) : options.layout();
        Planning planning = new Planning(graph, lowering, layout, chooser, across);
        planning.run();
        return planning;
    }

    private static Program compile(
            Graph graph, Device device, CompileOptions options, @Nullable Variables shared, List<Variables> lenders) {
        refuseEmptyInputs(graph);
        Graph lowered = onIntegers(graph, device, options);
        return build(lowered, device, settled(lowered, device, options, shared), shared, lenders);
    }

    /** What an inference graph becomes where it rounds to integers that the device computes on. */
    private static Graph onIntegers(Graph graph, Device device, CompileOptions options) {
        boolean computed = options.integers() == CompileOptions.Integers.COMPUTED && graph.gradients().isEmpty()
                && IntegerInference.applies(graph)
                && graph.nodes().stream().allMatch(node -> node.phase() == Node.Phase.FORWARD);
        return computed ? integers(graph, device).graph() : graph;
    }

    /**
     * Returns what an inference graph that rounds to integers of few bits becomes on a device, and which of its layers
     * stay in f32. The methods that compile do this themselves.
     *
     * @throws IllegalArgumentException when the graph is one for training
     */
    public static IntegerInference.Result integers(Graph graph, Device device) {
        return IntegerInference.of(graph, (op, inputs) -> device.supports(op, inputs) instanceof Support.No(
                String reason) ? Optional.of(reason) : Optional.empty());
    }

    /** The options with all that has to be measured. */
    private static CompileOptions settled(
            Graph graph, Device device, CompileOptions options, @Nullable Variables shared) {
        return options.tuning() == Tuning.MEASURED ? Trials.settle(graph, device, options, shared) : options;
    }

    private static Program build(
            Graph graph, Device device, CompileOptions options, @Nullable Variables shared, List<Variables> lenders) {
        Lowering lowering = device.lower();
        List<AutoCloseable> owned = new ArrayList<>();
        boolean complete = false;
        try {
            Tuner tuner = new Tuner(options.recorded(), Tuning.FIRST, null);
            AcrossRanks across = new AcrossRanks(device, options.across());
            Planning planning = plan(graph, device, options, lowering, tuner, across);
            Variables variables = shared;
            if (variables == null) {
                variables = planning.newVariables(device, lenders);
                owned.add(variables);
            }
            planning.use(variables);
            Program program = bind(graph, device, lowering, planning, variables, tuner.chosen(), across, owned);
            complete = true;
            return program;
        } finally {
            if (!complete) {
                try {
                    Closing.inReverse(owned);
                } finally {
                    lowering.close();
                }
            }
        }
    }

    private static Program bind(
            Graph graph, Device device, Lowering lowering, Planning planning, Variables variables,
            KernelChoices choices, AcrossRanks across,
            List<AutoCloseable> owned) {
        Schedule schedule = new Schedule(graph, planning, lowering);
        List<Step> steps = schedule.steps();
        Map<Tensor, Buffer> memory = new HashMap<>();
        for (Value value : graph.variables()) {
            memory.put(schedule.original(value), variables.memory(variables.slot(name(value))));
        }
        schedule.gradientTensors().forEach(
                (parameter, tensor) -> memory.put(tensor, variables.gradientMemory(variables.slot(name(parameter)))));

        Set<Tensor> kept = new HashSet<>();
        graph.outputs().values().forEach(value -> kept.add(schedule.shown(value)));
        List<Tensor> inputs = graph.inputs().stream().map(schedule::original).toList();
        MemoryPlan plan = new MemoryPlan(steps, Set.copyOf(memory.keySet()), inputs, kept);

        long scratchBytes = 0;
        for (Step step : steps) {
            scratchBytes = Math.max(scratchBytes, step.plan().scratchBytes());
        }
        Buffer activations = device.allocate(Role.ACTIVATIONS, "activations", plan.bytes());
        owned.add(activations);
        long cells = Bytes.alignUp(scratchBytes, LifetimePlanner.ALIGNMENT);
        Buffer workspace = device.allocate(
                Role.WORKSPACE, "workspace", cells + Program.RANDOM_BYTES + Program.LOSS_SCALE_BYTES);
        owned.add(workspace);
        Buffer random = workspace.slice(cells, Program.RANDOM_BYTES);
        Buffer lossScale = workspace.slice(cells + Program.RANDOM_BYTES, Program.LOSS_SCALE_BYTES);

        for (Tensor input : inputs) {
            memory.computeIfAbsent(input, key -> slice(activations, plan, key));
        }
        List<Program.BoundStep> bound = new ArrayList<>();
        for (Step step : steps) {
            List<Buffer> in = step.inputs().stream().map(tensor -> place(memory, activations, plan, tensor)).toList();
            List<Buffer> out = step.outputs().stream().map(tensor -> place(memory, activations, plan, tensor)).toList();
            int copies = across.staging().size();
            Kernel kernel = step.plan().isView()
                    ? null
                    : step.plan().bind(new Binding(
                            in, out, workspace.slice(0, step.plan().scratchBytes()), random, lossScale));
            owned.addAll(across.staging().subList(copies, across.staging().size()));
            bound.add(new Program.BoundStep(step, kernel, out));
        }
        List<Buffer> slabs = new ArrayList<>(List.of(activations, workspace));
        slabs.addAll(across.staging());
        return new Program(graph, device, lowering, variables, bound, schedule, memory, random, lossScale,
                slabs, across, choices,
                new Program.MemoryUse(plan.bytes(), plan.peakBytes(), workspace.bytes()));
    }

    private static Buffer place(Map<Tensor, Buffer> memory, Buffer activations, MemoryPlan plan, Tensor tensor) {
        Buffer known = memory.get(tensor);
        if (known == null) {
            Tensor alias = plan.alias(tensor);
            known = alias == null ? slice(activations, plan, tensor) : place(memory, activations, plan, alias);
            memory.put(tensor, known);
        }
        return known;
    }

    private static Buffer slice(Buffer activations, MemoryPlan plan, Tensor tensor) {
        return activations.slice(plan.offset(tensor), tensor.stored().bytes());
    }

    private static String name(Value value) {
        Variable variable = value.variable();
        if (variable == null) {
            throw new IllegalStateException(value + " is not a variable");
        }
        return variable.name();
    }
}
