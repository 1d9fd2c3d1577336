package dev.gatun.engine;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.Lowering;
import dev.gatun.engine.Step.Stage;
import dev.gatun.engine.Step.Tensor;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The second half of compiling: kernels in the order they run, with a reorder wherever a kernel wants a tensor in another
 * order than it has. A reordered copy is made once and serves all later readers; copies of parameters are made by the
 * {@link Stage#DERIVE} stage.
 */
final class Schedule {
    private record Copy(Value value, Layout layout) {}

    private final Planning planning;
    private final Lowering lowering;
    private final List<Step> derive = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private final Map<Value, Tensor> originals = new HashMap<>();
    private final Map<Value, Tensor> gradientTensors = new LinkedHashMap<>();
    private final Map<Copy, Tensor> copies = new HashMap<>();

    Schedule(Graph graph, Planning planning, Lowering lowering) {
        this.planning = planning;
        this.lowering = lowering;
        graph.inputs().forEach(this::original);
        graph.variables().forEach(this::original);
        graph.nodes().forEach(this::add);
        graph.gradients().forEach(this::settleGradient);
    }

    /** All steps, the derived parameters first. */
    List<Step> steps() {
        List<Step> all = new ArrayList<>(derive);
        all.addAll(steps.stream().filter(step -> step.stage() == Stage.FORWARD).toList());
        all.addAll(steps.stream().filter(step -> step.stage() == Stage.BACKWARD).toList());
        all.addAll(steps.stream().filter(step -> step.stage() == Stage.COMMIT).toList());
        return all;
    }

    /** The tensor that holds a value in the order its producer gave it. */
    Tensor original(Value value) {
        return originals.computeIfAbsent(value, key -> new Tensor(key, planning.stored(key)));
    }

    /** The tensor that must lie in the slab of gradients, for each parameter. */
    Map<Value, Tensor> gradientTensors() {
        return gradientTensors;
    }

    private void add(Node node) {
        KernelPlan plan = planning.plan(node);
        Stage stage = Stage.of(node.phase());
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            inputs.add(inOrder(stage, node.name(), node.inputs().get(i), plan.inputLayouts().get(i)));
        }
        List<Tensor> outputs = new ArrayList<>();
        node.outputs().forEach(value -> outputs.add(original(value)));
        steps.add(new Step(stage, node.name(), node, plan, inputs, outputs));
    }

    private Tensor inOrder(Stage stage, String label, Value value, Layout wanted) {
        Tensor tensor = original(value);
        if (tensor.stored().layout().sameOrder(tensor.stored().type().shape(), wanted)) {
            return tensor;
        }
        return copies.computeIfAbsent(new Copy(value, wanted), key -> {
            boolean parameter = value.variable() != null;
            return reorder(parameter ? derive : steps, parameter ? Stage.DERIVE : stage, label, tensor, wanted);
        });
    }

    private Tensor reorder(List<Step> target, Stage stage, String label, Tensor tensor, Layout wanted) {
        KernelPlan plan = lowering.reorder(tensor.stored().type(), tensor.stored().layout(), wanted);
        Tensor copy = new Tensor(tensor.value(), Stored.of(tensor.stored().type(), wanted));
        target.add(new Step(stage, label, null, plan, List.of(tensor), List.of(copy)));
        return copy;
    }

    /** A gradient must end in its slab in the parameter's order, and in a place of its own. */
    private void settleGradient(Value parameter, Value gradient) {
        Tensor tensor = original(gradient);
        Layout wanted = planning.stored(parameter).layout();
        boolean claimed = gradientTensors.containsValue(tensor);
        if (claimed || !tensor.stored().layout().sameOrder(tensor.stored().type().shape(), wanted)) {
            tensor = reorder(steps, Stage.BACKWARD, parameter.name(), tensor, wanted);
        }
        gradientTensors.put(parameter, tensor);
    }
}
