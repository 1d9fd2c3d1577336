package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The first half of compiling: a kernel for every node and an order for every value. Activations keep the order their
 * producer gives them; a parameter takes the order in which its gradient is produced, so that the optimizer can run over
 * flat memory, or, without a gradient, the order its first reader wants.
 */
final class Planning {
    private final Graph graph;
    private final Lowering lowering;
    private final LayoutPolicy policy;
    private final IdentityHashMap<Node, KernelPlan> plans = new IdentityHashMap<>();
    private final Map<Value, Stored> stored = new HashMap<>();

    Planning(Graph graph, Lowering lowering, LayoutPolicy policy) {
        this.graph = graph;
        this.lowering = lowering;
        this.policy = policy;
    }

    /** Plans every node. Inputs are channels-last where they are images. */
    void run() {
        for (Value input : graph.inputs()) {
            stored.put(input, Stored.of(input.type(), Layout.channelsLast(input.type().shape())));
        }
        for (Node node : graph.nodes()) {
            List<Operand> operands = new ArrayList<>();
            for (Value value : node.inputs()) {
                operands.add(new Operand(value.type(), layoutOrNull(value)));
            }
            Node forward = node.forward();
            KernelPlan plan = lowering.plan(new KernelRequest(node.name(), node.op(), operands,
                    node.outputs().stream().map(Value::type).toList(), policy,
                    forward == null ? null : plans.get(forward)));
            plans.put(node, plan);
            for (int i = 0; i < node.outputs().size(); i++) {
                stored.put(node.outputs().get(i), plan.outputs().get(i));
            }
        }
    }

    KernelPlan plan(Node node) {
        KernelPlan plan = plans.get(node);
        if (plan == null) {
            throw new IllegalStateException("not planned: " + node);
        }
        return plan;
    }

    Stored stored(Value value) {
        Stored known = stored.get(value);
        if (known == null) {
            throw new IllegalStateException("no order is known for " + value);
        }
        return known;
    }

    private @Nullable Layout layoutOrNull(Value value) {
        Stored known = stored.get(value);
        return known == null ? null : known.layout();
    }

    /** New variables in the orders that suit the plans. */
    Variables newVariables(Device device) {
        Map<Value, Layout> layouts = new HashMap<>();
        for (Value value : graph.variables()) {
            Value gradient = graph.gradients().get(value);
            if (gradient != null) {
                layouts.put(value, stored(gradient).layout());
            } else if (value.type().shape().rank() > 1 && value.isParameter()) {
                layouts.put(value, wantedByFirstReader(value));
            } else {
                layouts.put(value, Layout.rowMajor(value.type().shape()));
            }
        }
        return new Variables(device, graph.variables(), layouts, !graph.gradients().isEmpty());
    }

    private Layout wantedByFirstReader(Value value) {
        for (Node node : graph.nodes()) {
            int index = node.inputs().indexOf(value);
            if (index >= 0) {
                return plan(node).inputLayouts().get(index);
            }
        }
        return Layout.rowMajor(value.type().shape());
    }

    /** Settles the orders of variables. */
    void use(Variables variables) {
        for (Value value : graph.variables()) {
            Variable variable = value.variable();
            if (variable == null || !variables.contains(variable.name())) {
                throw new IllegalArgumentException("the shared variables lack " + value);
            }
            Stored known = variables.slot(variable.name()).stored();
            if (!known.type().equals(value.type())) {
                throw new IllegalArgumentException(
                        "variable " + variable.name() + " is " + known.type() + " in memory and " + value.type() + " here");
            }
            stored.put(value, known);
        }
    }
}
