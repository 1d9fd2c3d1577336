package dev.gatun.engine;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Region;
import dev.gatun.engine.Step.Stage;
import dev.gatun.engine.Step.Tensor;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Cast;
import dev.gatun.op.Quantize;
import dev.gatun.shape.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The second half of compiling: kernels in the order they run, with a reorder wherever a kernel wants a tensor in
 * another layout than it has. A reordered copy is made once and serves all later readers; copies of parameters are made
 * by the {@link Stage#PREPACK} stage.
 */
final class Schedule {
    private record Copy(Value value, Stored stored) {}

    private final Planning planning;
    private final Lowering lowering;
    private final List<Step> prepack = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Value, Tensor> originals = new HashMap<>();
    private final Map<Value, Tensor> shown = new HashMap<>();
    private final Map<Value, Tensor> gradientTensors = new LinkedHashMap<>();
    private final Map<Copy, Tensor> copies = new HashMap<>();
    private final Set<Value> fromParameters = new HashSet<>();
    /** What a kernel writes: a view has none, and what is given from outside is not written at all. */
    private final Set<Value> computed = new HashSet<>();

    Schedule(Graph graph, Planning planning, Lowering lowering) {
        this.planning = planning;
        this.lowering = lowering;
        graph.inputs().forEach(this::original);
        graph.variables().forEach(this::original);
        planning.regions().forEach(this::add);
        Map<Value, Node> producers = graph.producers();
        graph.outputs().forEach((name, value) -> show(name, value, producers.get(value)));
        graph.gradients().forEach(this::settleGradient);
    }

    /** All steps, the prepacked parameters first. */
    List<Step> steps() {
        List<Step> all = new ArrayList<>(prepack);
        all.addAll(steps.stream().filter(step -> step.stage() == Stage.FORWARD).toList());
        all.addAll(steps.stream().filter(step -> step.stage() == Stage.BACKWARD).toList());
        all.addAll(steps.stream().filter(step -> step.stage() == Stage.RUNNING_STATISTICS).toList());
        return all;
    }

    /** The tensor that holds a value in the layout its producer gave it. */
    Tensor original(Value value) {
        return originals.computeIfAbsent(value, key -> new Tensor(key, planning.stored(key)));
    }

    /** The tensor that holds an output of the graph as the caller reads it. */
    Tensor shown(Value value) {
        Tensor tensor = shown.get(value);
        if (tensor == null) {
            throw new IllegalStateException(value + " is no output");
        }
        return tensor;
    }

    /** The tensor that must lie in the slab of gradients, for each parameter. */
    Map<Value, Tensor> gradientTensors() {
        return gradientTensors;
    }

    private void add(Planning.Planned planned) {
        Region region = planned.region();
        KernelPlan plan = planned.plan();
        boolean prepacked = isPrepacked(region);
        Stage stage = prepacked ? Stage.PREPACK : Stage.of(region.phase());
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < region.inputs().size(); i++) {
            inputs.add(storedAs(stage, region.layer(), region.inputs().get(i), plan.inputs().get(i)));
        }
        List<Tensor> outputs = new ArrayList<>();
        region.outputs().forEach(value -> outputs.add(original(value)));
        if (prepacked) {
            fromParameters.addAll(region.outputs());
        }
        (prepacked ? prepack : steps).add(new Step(stage, region.layer(), region, plan, inputs, outputs));
        if (!plan.isView()) {
            computed.addAll(region.outputs());
        }
    }

    /**
     * Whether a region only casts, quantizes or renames parameters: then it is done once after each change of them. A
     * scale may be any variable, as those that quantize are for inference, in which no run changes one.
     */
    private boolean isPrepacked(Region region) {
        boolean quantizes = region.nodes().stream().allMatch(node -> node.op() instanceof Quantize);
        return region.phase() == Node.Phase.FORWARD
                && (quantizes
                        || region.nodes().stream().allMatch(node -> node.op() instanceof Cast || node.op().isView()))
                && region.inputs().stream().allMatch(value -> value.isParameter() || fromParameters.contains(value)
                        || (quantizes && value.variable() != null));
    }

    private Tensor storedAs(Stage stage, String label, Value value, Stored wanted) {
        Tensor tensor = original(value);
        if (tensor.stored().holds(wanted)) {
            return tensor;
        }
        return copies.computeIfAbsent(new Copy(value, wanted), _ -> {
            boolean parameter = value.variable() != null || fromParameters.contains(value);
            return reorder(parameter ? prepack : steps, parameter ? Stage.PREPACK : stage, label, tensor, wanted);
        });
    }

    /** Copies a tensor. Where the shapes differ, the way leads over the row-major sequence that they share. */
    private Tensor reorder(List<Step> target, Stage stage, String label, Tensor tensor, Stored wanted) {
        Stored from = tensor.stored();
        if (from.type().equals(wanted.type())) {
            return reorder(target, stage, label, tensor, from, wanted);
        }
        if (from.isRowMajor()) {
            return reorder(target, stage, label, tensor, Stored.rowMajor(wanted.type()), wanted);
        }
        Stored plain = Stored.rowMajor(from.type());
        Tensor sequence = reorder(target, stage, label, tensor, from, plain);
        return plain.holds(wanted) ? sequence : reorder(target, stage, label, sequence, wanted);
    }

    private Tensor reorder(List<Step> target, Stage stage, String label, Tensor tensor, Stored seen, Stored wanted) {
        KernelPlan plan = lowering.reorder(wanted.type(), seen.layout(), wanted.layout());
        Tensor copy = new Tensor(tensor.value(), wanted);
        target.add(new Step(stage, label, null, plan, List.of(tensor), List.of(copy)));
        return copy;
    }

    /** An output is read from outside, in a plain layout. */
    private void show(String name, Value value, @Nullable Node producer) {
        Stage stage = producer == null ? Stage.FORWARD : Stage.of(producer.phase());
        shown.put(value, storedAs(stage, name, value, Planning.atTheEdge(value)));
    }

    /** A gradient must end in its slab in the parameter's layout, and in a place of its own. */
    private void settleGradient(Value parameter, Value gradient) {
        Tensor tensor = original(gradient);
        Stored wanted = planning.stored(parameter);
        boolean claimed = gradientTensors.containsValue(tensor);
        if (claimed || !computed.contains(gradient) || !tensor.stored().holds(wanted)) {
            tensor = reorder(steps, Stage.BACKWARD, parameter.name(), tensor, wanted);
        }
        gradientTensors.put(parameter, tensor);
    }
}
