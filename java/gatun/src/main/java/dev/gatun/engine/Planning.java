package dev.gatun.engine;

import dev.gatun.backend.Device;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Region;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The first half of compiling: a plan for every region and a layout for every value. Activations keep the layout their
 * producer gives them; a parameter takes the layout in which its gradient is produced, so that the optimizer can run
 * over flat memory, or, without a gradient, the layout its first reader wants.
 */
final class Planning {
    private final Graph graph;
    private final Lowering lowering;
    private final LayoutPolicy policy;
    private final Chooser chooser;
    private final AcrossRanks across;
    private final List<Planned> regions = new ArrayList<>();
    private final IdentityHashMap<Node, KernelPlan> plans = new IdentityHashMap<>();
    private final Map<Value, Stored> stored = new HashMap<>();

    /** A region with the plan that was taken for it. */
    record Planned(Region region, KernelPlan plan) {}

    Planning(Graph graph, Lowering lowering, LayoutPolicy policy, Chooser chooser, AcrossRanks across) {
        this.graph = graph;
        this.lowering = lowering;
        this.policy = policy;
        this.chooser = chooser;
        this.across = across;
    }

    /** Plans every region. Inputs are channels-last where they are images. */
    void run() {
        for (Value input : graph.inputs()) {
            stored.put(input, atTheEdge(input));
        }
        List<Region> ordered = Regions.inOrder(graph, lowering.regions(graph)).stream().map(across::region).toList();
        for (Region region : ordered) {
            List<Operand> operands = new ArrayList<>();
            for (Value value : region.inputs()) {
                operands.add(new Operand(value.type(), stored.get(value)));
            }
            KernelPlan plan = chooser.plan(region, new KernelRequest(
                    operands, policy, chooser.convolution(), KernelRequest.Wanted.FIRST, plans::get));
            regions.add(new Planned(region, plan));
            region.nodes().forEach(node -> plans.put(node, plan));
            for (int i = 0; i < region.outputs().size(); i++) {
                stored.put(region.outputs().get(i), plan.outputs().get(i));
            }
        }
    }

    /** How a value lies where the caller sees it: row-major, and channels last where it is an image. */
    static Stored atTheEdge(Value value) {
        return Stored.of(value.type(), Layout.atTheEdge(value.type().shape()));
    }

    /** The regions in the order they run. */
    List<Planned> regions() {
        return regions;
    }

    Stored stored(Value value) {
        Stored known = stored.get(value);
        if (known == null) {
            throw new IllegalStateException("no layout is known for " + value);
        }
        return known;
    }

    /** New variables in the layouts that suit the plans, but for those that others lend. */
    Variables newVariables(Device device, List<Variables> lenders) {
        List<Value> own = graph.variables().stream()
                .filter(value -> lenders.stream().noneMatch(lender -> lender.contains(value.name()))).toList();
        Map<Value, Stored> layouts = new HashMap<>();
        for (Value value : own) {
            Value gradient = graph.gradients().get(value);
            if (gradient != null) {
                layouts.put(value, stored(gradient));
            } else if (value.type().shape().rank() > 1 && value.isParameter()) {
                layouts.put(value, wantedByFirstReader(value));
            } else {
                layouts.put(value, Stored.rowMajor(value.type()));
            }
        }
        Set<Value> trained = new HashSet<>(graph.gradients().keySet());
        trained.retainAll(own);
        return new Variables(device, own, layouts, trained, lenders);
    }

    private Stored wantedByFirstReader(Value value) {
        for (Planned planned : regions) {
            int index = planned.region.inputs().indexOf(value);
            if (index >= 0) {
                return planned.plan.inputs().get(index);
            }
        }
        return Stored.rowMajor(value.type());
    }

    /** Settles the layouts of variables. */
    void use(Variables variables) {
        for (Value value : graph.variables()) {
            Variable variable = value.variable();
            if (variable == null || !variables.contains(variable.name())) {
                throw new IllegalArgumentException("the shared variables lack " + value);
            }
            Variables.Slot slot = variables.slot(variable.name());
            TensorType known = new TensorType(slot.stored().type().dtype(), slot.variable().shape());
            if (!known.equals(new TensorType(value.type().dtype(), variable.shape()))) {
                throw new IllegalArgumentException(
                        "variable " + variable.name() + " is " + known + " in memory and " + value.type() + " here");
            }
            stored.put(value, slot.stored());
        }
    }
}
