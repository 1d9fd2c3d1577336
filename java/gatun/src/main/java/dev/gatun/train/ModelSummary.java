package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.Shape;
import dev.gatun.train.program.Programs;
import dev.gatun.train.task.Task;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The variables of a model, and the off-heap memory of a training step, without data being loaded and without the
 * program for evaluation.
 *
 * @param variables parameters and buffers, in the order of their slabs
 * @param memory    allocations by purpose
 * @param elements  elements of the slab of parameters, with the padding of their layouts
 */
public record ModelSummary(List<Entry> variables, List<Use> memory, long elements) {
    /**
     * A variable.
     *
     * @param trained whether an optimizer updates it
     */
    public record Entry(String name, Shape shape, boolean trained) {}

    /**
     * An allocation.
     *
     * @param what         purpose
     * @param bytes        allocated
     * @param perParameter whether it is proportional to the parameters; others depend on the batch size, or are small
     */
    public record Use(String what, long bytes, boolean perParameter) {}

    public ModelSummary {
        variables = List.copyOf(variables);
        memory = List.copyOf(memory);
    }

    /**
     * Compiles a task for training, with its optimizer, and returns its summary.
     *
     * @throws IllegalArgumentException if model, optimizer and storage do not fit together
     * @throws dev.gatun.memory.MemoryBudgetException when the device's memory budget is too small
     */
    public static ModelSummary of(Task task, Device device, TrainingOptions options) {
        Graph graph = Programs.Form.TRAINING.graph(task, options.batchSize(), options.precision());
        Program program = Compiler.compile(graph, device, options.compile());
        try (Variables variables = program.variables(); program) {
            try (Optimizer optimizer =
                    ParameterGroups.of(variables, options).optimizer(device, variables, options.optimizerOptions())) {
                return new ModelSummary(entries(graph, variables), uses(variables, program, optimizer, device.memory()),
                        variables.gradients().bytes() / Float.BYTES);
            }
        }
    }

    /** In the order in which the layers read them. */
    private static List<Entry> entries(Graph graph, Variables variables) {
        Set<String> names = new LinkedHashSet<>();
        graph.nodes().stream().flatMap(node -> node.inputs().stream()).map(Value::variable).filter(Objects::nonNull)
                .forEach(variable -> names.add(variable.name()));
        variables.slots().forEach(slot -> names.add(slot.variable().name()));
        return names.stream().filter(variables::contains).map(variables::slot)
                .map(slot -> new Entry(slot.variable().name(), slot.variable().shape(), slot.isTrained())).toList();
    }

    private static List<Use> uses(Variables variables, Program program, Optimizer optimizer, MemoryBudget memory) {
        List<Use> uses = new ArrayList<>();
        uses.add(new Use("weights", variables.parameters().bytes(), true));
        uses.add(new Use("gradients", variables.gradients().bytes(), true));
        states(optimizer).forEach((name, bytes) -> uses.add(new Use(name, bytes, true)));
        uses.add(new Use("buffers", variables.buffers().bytes(), false));
        uses.add(new Use("activations", program.memoryUse().activationBytes(), false));
        long named = uses.stream().mapToLong(Use::bytes).sum();
        uses.add(new Use("workspace", memory.used() - named, false));
        return uses;
    }

    /** States in 8 bits together with their scales. */
    private static Map<String, Long> states(Optimizer optimizer) {
        Map<String, Long> states = new LinkedHashMap<>();
        for (Map.Entry<String, Buffer> state : optimizer.states().entrySet()) {
            states.merge(Optimizer.stateName(state.getKey()), state.getValue().bytes(), Long::sum);
        }
        return states;
    }

    /** Returns the number of trained elements, without padding. */
    public long parameters() {
        return variables.stream().filter(Entry::trained).mapToLong(entry -> entry.shape().elements()).sum();
    }

    /** Returns the total of all allocations in bytes. */
    public long bytes() {
        return memory.stream().mapToLong(Use::bytes).sum();
    }

    /** Returns the bytes per parameter of all allocations proportional to the parameters. */
    public double bytesPerParameter() {
        return memory.stream().filter(Use::perParameter).mapToDouble(this::bytesPerParameter).sum();
    }

    /** Returns the bytes per parameter of one allocation. */
    public double bytesPerParameter(Use use) {
        return (double) use.bytes / elements;
    }
}
