package dev.gatun.graph;

import dev.gatun.op.Activation;
import dev.gatun.op.Add;
import dev.gatun.op.AvgPool;
import dev.gatun.op.AvgPoolBackward;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.BatchNormalizationBackward;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.ConvolutionBackwardWeights;
import dev.gatun.op.Dropout;
import dev.gatun.op.Flatten;
import dev.gatun.op.ForwardOp;
import dev.gatun.op.GlobalAvgPool;
import dev.gatun.op.GlobalAvgPoolBackward;
import dev.gatun.op.GradientOp;
import dev.gatun.op.Linear;
import dev.gatun.op.LinearBackwardData;
import dev.gatun.op.LinearBackwardWeights;
import dev.gatun.op.MaxPool;
import dev.gatun.op.MaxPoolBackward;
import dev.gatun.op.Op;
import dev.gatun.op.Relu;
import dev.gatun.op.ReluBackward;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.SoftmaxCrossEntropyBackward;
import dev.gatun.op.UpdateRunningStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reverse-mode differentiation: appends to a graph the nodes that compute the gradient of a scalar loss with respect to
 * every parameter, then those that commit the step's statistics to the buffers. A value used in several places gets the
 * sum of its gradients. What no parameter needs is not computed: the first layer has no gradient by its input.
 */
public final class Differentiation {
    private final GraphBuilder builder;
    private final Graph graph;
    private final Set<Value> needed = new HashSet<>();
    private final Map<Value, List<Value>> contributions = new HashMap<>();

    private Differentiation(Graph graph) {
        this.graph = graph;
        this.builder = GraphBuilder.extend(graph);
    }

    /**
     * The training form of a graph.
     *
     * @param loss the output to differentiate: the first output of a loss operation
     * @throws IllegalArgumentException when the loss is not a loss operation's result, or depends on no parameter
     */
    public static Graph differentiate(Graph graph, String loss) {
        return new Differentiation(graph).run(graph.output(loss));
    }

    private Graph run(Value loss) {
        Node lossNode = graph.producers().get(loss);
        if (lossNode == null || !(lossNode.op() instanceof SoftmaxCrossEntropy) || lossNode.output() != loss) {
            throw new IllegalArgumentException("only the first result of a loss can be differentiated, not " + loss);
        }
        findNeeded();
        if (!needed.contains(loss)) {
            throw new IllegalArgumentException("the loss depends on no parameter");
        }
        for (Node node : graph.nodes().reversed()) {
            if (node.equals(lossNode) || (needed.contains(node.output()) && contributions.containsKey(node.output()))) {
                differentiate(node);
            }
        }
        for (Value variable : graph.variables()) {
            if (variable.isParameter()) {
                List<Value> gradients = contributions.get(variable);
                if (gradients == null) {
                    throw new IllegalArgumentException("parameter " + variable.name() + " does not influence the loss");
                }
                builder.gradient(variable, sum(variable.name(), gradients));
            }
        }
        for (Node node : graph.nodes()) {
            commit(node);
        }
        return builder.build();
    }

    /** A value needs a gradient when a parameter is among its ancestors. */
    private void findNeeded() {
        graph.variables().stream().filter(Value::isParameter).forEach(needed::add);
        for (Node node : graph.nodes()) {
            if (node.inputs().stream().anyMatch(needed::contains)) {
                needed.addAll(node.outputs());
            }
        }
    }

    private void differentiate(Node node) {
        switch (node.op()) {
            case ForwardOp forward -> differentiate(node, forward);
            case GradientOp gradient ->
                throw new IllegalArgumentException("no gradient of a gradient: " + gradient.name());
        }
    }

    private void differentiate(Node node, ForwardOp op) {
        Value x = node.inputs().getFirst();
        switch (op) {
            case Convolution convolution -> {
                Value diff = throughActivation(node, convolution.activation());
                Value weight = node.inputs().get(1);
                List<Value> parameters = node.inputs().subList(1, node.inputs().size());
                Node weights = gradient(node,
                        new ConvolutionBackwardWeights(convolution, weight.type().shape(), parameters.size() > 1), x, diff);
                contribute(parameters, weights.outputs());
                if (needed.contains(x)) {
                    contribute(x, gradient(node, new ConvolutionBackwardData(convolution, x.type().shape()), diff, weight)
                            .output());
                }
            }
            case Linear linear -> {
                Value diff = throughActivation(node, linear.activation());
                Value weight = node.inputs().get(1);
                List<Value> parameters = node.inputs().subList(1, node.inputs().size());
                Node weights = gradient(node,
                        new LinearBackwardWeights(weight.type().shape(), parameters.size() > 1), x, diff);
                contribute(parameters, weights.outputs());
                if (needed.contains(x)) {
                    contribute(x, gradient(node, new LinearBackwardData(x.type().shape()), diff, weight).output());
                }
            }
            case BatchNormalization normalization -> {
                List<Value> in = node.inputs();
                List<Value> out = node.outputs();
                if (normalization.mode() == BatchNormalization.Mode.INFERENCE) {
                    throw new IllegalArgumentException("node " + node.name()
                            + ": batch normalisation in inference mode has no gradient: differentiate the training graph");
                }
                Node backward = gradient(node, new BatchNormalizationBackward(normalization),
                        x, diff(node), in.get(1), in.get(2), out.get(1), out.get(2), out.get(3));
                if (needed.contains(x)) {
                    contribute(x, backward.outputs().get(0));
                }
                contribute(in.get(1), backward.outputs().get(1));
                contribute(in.get(2), backward.outputs().get(2));
            }
            case Relu _ -> contribute(x, throughActivation(node, Activation.RELU));
            case Add add -> {
                Value diff = throughActivation(node, add.activation());
                for (Value input : node.inputs()) {
                    if (needed.contains(input)) {
                        contribute(input, diff); // the same tensor serves both: nothing is copied
                    }
                }
            }
            case MaxPool pool -> contribute(x,
                    gradient(node, new MaxPoolBackward(pool, x.type().shape()), diff(node), node.outputs().get(1)).output());
            case AvgPool pool ->
                contribute(x, gradient(node, new AvgPoolBackward(pool, x.type().shape()), diff(node)).output());
            case GlobalAvgPool _ ->
                contribute(x, gradient(node, new GlobalAvgPoolBackward(x.type().shape()), diff(node)).output());
            case Flatten _ -> contribute(x, gradient(node, new Reshape(x.type().shape()), diff(node)).output());
            case Dropout dropout -> contribute(x, gradient(node, dropout, diff(node)).output());
            case SoftmaxCrossEntropy _ -> contribute(x, gradient(node, new SoftmaxCrossEntropyBackward(),
                    node.outputs().get(1), node.inputs().get(1)).output());
        }
    }

    /** The gradient by the result of a node before its activation. */
    private Value throughActivation(Node node, Activation activation) {
        return switch (activation) {
            case NONE -> diff(node);
            case RELU -> {
                List<Value> parts = contributions.getOrDefault(node.output(), List.of());
                List<Value> arguments = new ArrayList<>();
                arguments.add(node.output());
                if (parts.size() == 2) {
                    arguments.addAll(parts); // summed on the way, in one pass
                } else {
                    arguments.add(diff(node));
                }
                yield gradient(node, new ReluBackward(), arguments.toArray(Value[]::new)).output();
            }
        };
    }

    /** The gradient by the first output of a node: the sum over its uses. */
    private Value diff(Node node) {
        List<Value> parts = contributions.get(node.output());
        if (parts == null) {
            throw new IllegalStateException("no gradient reaches " + node);
        }
        return sum(node.name(), parts);
    }

    private Value sum(String name, List<Value> parts) {
        Value sum = parts.getFirst();
        for (Value part : parts.subList(1, parts.size())) {
            sum = builder.node(name, new Add(Activation.NONE), List.of(sum, part), Node.Phase.BACKWARD, null).output();
        }
        return sum;
    }

    private Node gradient(Node forward, Op op, Value... inputs) {
        return builder.node(forward.name(), op, List.of(inputs), Node.Phase.BACKWARD, forward);
    }

    private void contribute(List<Value> values, List<Value> gradients) {
        for (int i = 0; i < values.size(); i++) {
            contribute(values.get(i), gradients.get(i));
        }
    }

    private void contribute(@Nullable Value value, Value gradient) {
        if (value != null) {
            contributions.computeIfAbsent(value, _ -> new ArrayList<>()).add(gradient);
        }
    }

    private void commit(Node node) {
        if (node.op() instanceof BatchNormalization normalization) {
            long count = BatchNormalization.count(node.inputs().getFirst().type().shape());
            builder.node(node.name(), new UpdateRunningStatistics(normalization.momentum(), count),
                    List.of(node.outputs().get(1), node.outputs().get(2), node.inputs().get(3), node.inputs().get(4)),
                    Node.Phase.COMMIT, node);
        }
    }
}
