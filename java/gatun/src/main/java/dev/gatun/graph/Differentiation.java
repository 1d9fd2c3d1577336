package dev.gatun.graph;

import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Fill;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.LossScale;
import dev.gatun.op.UpdateRunningStatistics;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Reverse-mode differentiation. The training form of a graph has nodes that compute the gradient of a scalar with
 * respect to every trained parameter, times the program's loss scale, then nodes that update the running statistics. A
 * value used in several places gets the sum of its gradients. What no trained parameter needs is not computed: the
 * first layer has no gradient by its input, and nothing below the lowest trained parameter has one.
 */
public final class Differentiation {
    private Differentiation() {}

    /**
     * Returns the training form of a graph in which all parameters are trained.
     *
     * @param loss output to differentiate: a floating-point value of one element
     * @throws IllegalArgumentException when the loss is not a scalar, depends on no parameter, or an operation on the
     *                                  way to one has no derivative
     */
    public static Graph differentiate(Graph graph, String loss) {
        return differentiate(graph, loss, _ -> true);
    }

    /**
     * Returns the training form of a graph in which some parameters are trained. The others are frozen: like those that
     * do not influence the loss, they have no gradient, and so no optimizer touches them.
     *
     * @param loss    output to differentiate: a floating-point value of one element
     * @param trained parameters that get a gradient
     * @throws IllegalArgumentException when the loss is not a scalar, depends on no trained parameter, or an operation
     *                                  on the way to one has no derivative
     */
    public static Graph differentiate(Graph graph, String loss, Predicate<Variable> trained) {
        if (!graph.gradients().isEmpty()) {
            throw new IllegalArgumentException(
                    "the graph has its training form already: a loss that contains gradients is"
                    + " built from Differentiation.gradients");
        }
        Value scalar = graph.output(loss);
        checkScalar(scalar);
        List<Value> parameters = graph.variables().stream().filter(value -> isTrained(value, trained)).toList();
        GraphBuilder builder = GraphBuilder.extend(graph);
        ReversePass pass = new ReversePass(builder, Node.Phase.BACKWARD, graph.nodes(), parameters);
        if (!pass.isNeeded(scalar)) {
            throw new IllegalArgumentException(graph.variables().stream().anyMatch(Value::isParameter)
                    && parameters.isEmpty()
                    ? "all parameters are frozen: the loss has nothing to be differentiated by"
                    : "the loss depends on no parameter" + (parameters.isEmpty() ? "" : " that is trained"));
        }
        Map<Value, Value> gradients = pass.run(scalar, seed(builder, scalar));
        for (Value parameter : parameters) {
            Value gradient = gradients.get(parameter);
            if (gradient != null) {
                builder.gradient(parameter, gradient);
            }
        }
        for (Node node : graph.nodes()) {
            updateRunningStatistics(builder, node);
        }
        return builder.build();
    }

    private static boolean isTrained(Value value, Predicate<Variable> trained) {
        Variable variable = value.variable();
        return variable != null && variable.isParameter() && trained.test(variable);
    }

    private static void checkScalar(Value value) {
        TensorType type = value.type();
        if (!type.dtype().isFloating() || type.shape().elements() != 1) {
            throw new IllegalArgumentException(
                    "only a floating-point value of one element can be differentiated, not " + value);
        }
    }

    private static Value seed(GraphBuilder builder, Value scalar) {
        return builder.node(scalar.name(), new LossScale(scalar.type()), List.of(), Node.Phase.BACKWARD, null).output();
    }

    /**
     * Adds to a graph the gradients of a scalar, as values that a loss may use (a gradient penalty, say) and that can
     * be differentiated again. The loss scale does not enter them.
     *
     * @param scalar floating-point value of one element
     * @param by     inputs, variables or results of the same graph
     * @return the gradient with respect to each of {@code by}, zeros where it does not influence the scalar
     * @throws IllegalArgumentException when the value is not a scalar, or an operation on the way has no derivative
     */
    public static List<Value> gradients(GraphBuilder graph, Value scalar, List<Value> by) {
        checkScalar(scalar);
        ReversePass pass = new ReversePass(graph, Node.Phase.FORWARD, graph.nodes(), by);
        Map<Value, Value> gradients = pass.isNeeded(scalar)
                ? pass.run(scalar, graph.apply(scalar.name() + ".gradient", new Fill(scalar.type(), 1)))
                : Map.of();
        List<Value> results = new ArrayList<>();
        for (Value value : by) {
            Value gradient = gradients.get(value);
            results.add(gradient == null ? graph.apply(value.name() + ".gradient", new Fill(value.type(), 0))
                    : gradient);
        }
        return results;
    }

    private static void updateRunningStatistics(GraphBuilder builder, Node node) {
        if (node.op() instanceof BatchNormalization op && op.mode() == BatchNormalization.Mode.TRAINING) {
            long count = BatchNormalization.count(node.inputs().getFirst().type().shape());
            updateRunningStatistics(builder, node, new UpdateRunningStatistics(op.averaging(), count));
        } else if (node.op() instanceof InstanceNormalization op) {
            long count = InstanceNormalization.count(node.inputs().getFirst().type());
            updateRunningStatistics(builder, node, new UpdateRunningStatistics(op.averaging(), count));
        }
    }

    private static void updateRunningStatistics(GraphBuilder builder, Node node, UpdateRunningStatistics update) {
        List<Value> statistics = new ArrayList<>(node.outputs().subList(1, 3));
        statistics.addAll(node.inputs().subList(3, node.inputs().size()));
        builder.node(node.name(), update, statistics, Node.Phase.RUNNING_STATISTICS, node);
    }
}
