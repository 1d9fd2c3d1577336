package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The variables of a model, and the off-heap memory that a training step needs; data on its way, and a second program
 * for evaluation, are left out.
 *
 * @param variables parameters and buffers in their order in memory
 * @param memory    what is allocated, in parts
 * @param elements  of the parameters' slab: the parameters, and the padding of their layouts
 */
public record ModelSummary(List<Entry> variables, List<Use> memory, long elements) {
    /**
     * A variable.
     *
     * @param trained whether an optimizer changes it
     */
    public record Entry(String name, Shape shape, boolean trained) {}

    /**
     * A part of the memory.
     *
     * @param what         for people
     * @param bytes        allocated
     * @param perParameter whether it grows with the parameters; the rest grows with the batch, or is small
     */
    public record Use(String what, long bytes, boolean perParameter) {}

    public ModelSummary {
        variables = List.copyOf(variables);
        memory = List.copyOf(memory);
    }

    /**
     * Compiles a task for training, with its optimizer, and looks.
     *
     * @throws IllegalArgumentException when model, optimizer and storage do not go together
     * @throws dev.gatun.memory.MemoryBudgetException when the device's memory budget is too small
     */
    public static ModelSummary of(Task task, Device device, TrainingOptions options) {
        Graph graph = Programs.Form.TRAINING.graph(task, options.batchSize(), options.precision());
        Program program = Compiler.compile(graph, device, options.compile());
        try (Variables variables = program.variables(); program) {
            try (Optimizer optimizer =
                    ParameterGroups.of(variables, options).optimizer(device, variables, options.optimizerOptions())) {
                return new ModelSummary(entries(variables), uses(variables, program, optimizer, device.memory()),
                        variables.gradients().bytes() / Float.BYTES);
            }
        }
    }

    private static List<Entry> entries(Variables variables) {
        return variables.slots().stream()
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

    /** Number of trained elements, padding left out. */
    public long parameters() {
        return variables.stream().filter(Entry::trained).mapToLong(entry -> entry.shape().elements()).sum();
    }

    /** Bytes of everything. */
    public long bytes() {
        return memory.stream().mapToLong(Use::bytes).sum();
    }

    /** Bytes for one parameter, of all that grows with them. */
    public double bytesPerParameter() {
        return memory.stream().filter(Use::perParameter).mapToDouble(this::bytesPerParameter).sum();
    }

    /** Bytes of a part for one parameter. */
    public double bytesPerParameter(Use use) {
        return (double) use.bytes / elements;
    }
}
