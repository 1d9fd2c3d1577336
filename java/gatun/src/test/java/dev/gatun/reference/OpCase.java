package dev.gatun.reference;

import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Fill;
import dev.gatun.op.Reduce;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;

/**
 * A small graph that exercises one operation, forward and backward.
 *
 * @param name      the operation and what is special about it
 * @param body      builds the graph; its outputs include {@code loss}
 * @param fixed     inputs and variables that are not left to chance
 * @param tolerance how far a device in f32 may be off, relative to the largest element of each tensor
 */
public record OpCase(
        String name, Function<CaseBuilder, Graph> body, Map<String, double[]> fixed, double tolerance) {

    OpCase(String name, Function<CaseBuilder, Graph> body) {
        this(name, body, Map.of(), 2e-5);
    }

    OpCase with(String variable, double... values) {
        Map<String, double[]> more = new HashMap<>(fixed);
        more.put(variable, values);
        return new OpCase(name, body, more, tolerance);
    }

    /** The graph, as a model describes it: not differentiated. */
    public Graph graph(DType dtype) {
        return body.apply(new CaseBuilder(dtype));
    }

    /**
     * The graph with one more output, {@code penalty}: the sum of the squares of the loss's gradients by all
     * parameters. It is made of gradients, and its own gradients are second derivatives.
     */
    public Graph penalty(DType dtype) {
        CaseBuilder builder = new CaseBuilder(dtype);
        Graph graph = body.apply(builder);
        List<Value> parameters = graph.variables().stream().filter(Value::isParameter).toList();
        Value sum = builder.graph.apply("zero", new Fill(graph.output("loss").type(), 0));
        for (Value gradient : Differentiation.gradients(builder.graph, graph.output("loss"), parameters)) {
            Value squares = builder.unary("squares", UnaryFunction.SQUARE, gradient);
            sum = builder.add("penalty", sum,
                    builder.graph.apply("sum", Reduce.all(Reduction.SUM, gradient.type().shape().rank()), squares));
        }
        builder.graph.output("penalty", sum);
        return builder.graph.build();
    }

    /** Whether every operation on the way from the parameters has a second derivative. */
    public boolean isTwiceDifferentiable() {
        return graph(DType.F32).nodes().stream().map(Node::op)
                .noneMatch(op -> SecondDerivative.of(op) == SecondDerivative.REFUSED);
    }

    /** The same elements of every input and variable in every run, all of them exact in f32. */
    public Map<String, double[]> values() {
        Graph graph = graph(DType.F64);
        Map<String, double[]> values = new LinkedHashMap<>();
        graph.inputs().forEach(value -> values.put(value.name(), fixed.getOrDefault(value.name(), random(value))));
        graph.variables().forEach(value -> values.put(value.name(), fixed.getOrDefault(value.name(), random(value))));
        return values;
    }

    private double[] random(Value value) {
        double spread = spread(value);
        Random random = new Random(31L * name.hashCode() + value.name().hashCode());
        double[] values = new double[Math.toIntExact(value.type().shape().elements())];
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (value.type().dtype()) {
                case I32 -> random.nextInt(Math.toIntExact(CaseBuilder.CLASSES));
                default -> value.name().endsWith("running_var") // a variance is positive
                        ? 0.5f + random.nextFloat()
                        : (float) ((random.nextFloat() * 2 - 1) * spread);
            };
        }
        return values;
    }

    /** Weights shrink with the number of products they take part in: the loss must not saturate. */
    private static double spread(Value value) {
        long outputs = value.type().shape().rank() < 2 ? 1 : value.type().shape().extent(0);
        boolean weight = value.isParameter() && value.type().shape().rank() >= 2;
        return weight ? Math.sqrt(3.0 * outputs / value.type().shape().elements()) : 1;
    }

    @Override
    public String toString() {
        return name;
    }
}
