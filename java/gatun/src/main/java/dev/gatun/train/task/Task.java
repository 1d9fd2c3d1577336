package dev.gatun.train.task;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.options.NamePattern;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A graph with a scalar to minimise, its metrics and its frozen parameters. A pure description: it holds no memory and
 * calls nothing native.
 *
 * <pre>{@code
 * Task task = Task.of("sum", (graph, batch) -> {
 *     Value x = graph.input("x", TensorType.f32(batch, 2));
 *     Value y = graph.input("y", TensorType.f32(batch, 1));
 *     Value guess = linear(1).apply(graph, "fc", x);
 *     graph.output("guess", guess);
 *     graph.output("loss", meanSquaredError(graph, "mse", guess, y));
 * }).measuring(Metric.meanAbsoluteError("guess", "y"));
 * }</pre>
 *
 * @param name        name in configurations and messages
 * @param description builds the graph
 * @param loss        name of the output to minimise, a scalar: the mean over the examples of a batch
 * @param metrics     metrics besides the loss
 * @param frozen      patterns of the names of parameters that are not trained, as {@link NamePattern} says
 * @param attributes  additional description in checkpoints, as JSON's objects
 */
public record Task(
        String name, Description description, String loss, List<Metric> metrics, List<String> frozen,
        Map<String, Object> attributes) {
    /** The usual name of the output that is minimised. */
    public static final String LOSS = "loss";

    /** Adds inputs, operations and outputs to an empty graph. */
    @FunctionalInterface
    public interface Description {
        /**
         * Describes the graph for a batch size. The variables, and the shapes of one example, do not depend on it.
         *
         * @param graph     receives the description
         * @param batchSize the first extent of every input
         */
        void describe(GraphBuilder graph, int batchSize);
    }

    public Task {
        metrics = List.copyOf(metrics);
        frozen = List.copyOf(frozen);
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
        if (metrics.stream().map(Metric::name).distinct().count() < metrics.size()) {
            throw new IllegalArgumentException("task " + name + ": two metrics have one name: " + metrics);
        }
    }

    /** Returns a task that minimises the output {@link #LOSS}, without other metrics, and trains all parameters. */
    public static Task of(String name, Description description) {
        return new Task(name, description, LOSS, List.of(), List.of(), Map.of());
    }

    /** Returns a copy that minimises another output. */
    public Task minimizing(String output) {
        return new Task(name, description, output, metrics, frozen, attributes);
    }

    /** Returns a copy with other metrics. */
    public Task measuring(Metric... newMetrics) {
        return new Task(name, description, loss, List.of(newMetrics), frozen, attributes);
    }

    /** Returns a copy with other frozen parameters: {@code freezing("body.*")}. */
    public Task freezing(String... patterns) {
        return new Task(name, description, loss, metrics, List.of(patterns), attributes);
    }

    /** Returns a copy with other attributes. */
    public Task with(Map<String, Object> newAttributes) {
        return new Task(name, description, loss, metrics, frozen, newAttributes);
    }

    private void checkFrozen(String pattern, Graph graph) {
        if (graph.variables().stream().noneMatch(value -> value.isParameter() && matches(pattern, value.name()))) {
            throw new IllegalArgumentException("task " + name + " has no parameter \"" + pattern
                    + "\" that could be frozen, only "
                    + graph.variables().stream().filter(Value::isParameter).map(Value::name).toList());
        }
    }

    private void checkLoss(TensorType type) {
        if (type.dtype() != DType.F32 || type.shape().elements() != 1) {
            throw new IllegalArgumentException("task " + name + ": the loss \"" + loss
                    + "\" must be one number of f32, but is " + type);
        }
    }

    /** Returns whether a parameter is trained, that is, not frozen. */
    public boolean trains(Variable parameter) {
        return frozen.stream().noneMatch(pattern -> matches(pattern, parameter.name()));
    }

    /** Returns whether a name matches a pattern, as {@link NamePattern} says. */
    public static boolean matches(String pattern, String name) {
        return NamePattern.of(pattern).matcher(name).matches();
    }

    /**
     * Returns the graph for a batch size as described: not differentiated.
     *
     * @throws IllegalArgumentException when the description does not fit together, or lacks what loss and metrics read
     */
    public Graph graph(int batchSize) {
        GraphBuilder builder = new GraphBuilder();
        description.describe(builder, batchSize);
        Graph graph = builder.build();
        checkLoss(graph.output(loss).type());
        metrics.forEach(metric -> MetricCheck.of(this, metric, graph));
        frozen.forEach(pattern -> checkFrozen(pattern, graph));
        return graph;
    }
}
