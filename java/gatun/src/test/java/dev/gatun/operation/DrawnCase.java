package dev.gatun.operation;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Binary;
import dev.gatun.op.Op;
import dev.gatun.op.Reduce;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.reference.CaseBuilder;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * One operation on operands of its own, named {@link #NODE}, and a loss that weights every element of its results: the
 * gradients are those of the operation alone. What has no gradient has no loss.
 */
final class DrawnCase {
    /** The name of the node, and of the nodes that are its gradient. */
    static final String NODE = "op";

    private record Operand(String name, Function<CaseBuilder, Value> value) {}

    private final Draw draw;
    private final Function<DType, Op> op;
    private final List<Operand> operands = new ArrayList<>();
    private final Map<String, Supplier<double[]>> values = new LinkedHashMap<>();
    private List<Integer> read = List.of(0);

    DrawnCase(Draw draw, Function<DType, Op> op) {
        this.draw = draw;
        this.op = op;
    }

    static DrawnCase of(Draw draw, Op op) {
        return new DrawnCase(draw, _ -> op);
    }

    /** An operand with a gradient, of the case's type. */
    DrawnCase operand(String name, Shape shape, double low, double high) {
        return variable(name, Variable.Kind.WEIGHT, shape, low, high);
    }

    /** The same with elements of 1 at most. */
    DrawnCase operand(String name, Shape shape) {
        return operand(name, shape, -1, 1);
    }

    /** What is of each channel, and wide in a case of 16 bits. */
    DrawnCase channels(String name, Shape shape, double low, double high) {
        return variable(name, Variable.Kind.NORMALIZATION, shape, low, high);
    }

    /** Running statistics, without a gradient. */
    DrawnCase statistics(String name, Shape shape, double low, double high) {
        return variable(name, Variable.Kind.BUFFER, shape, low, high);
    }

    private DrawnCase variable(String name, Variable.Kind kind, Shape shape, double low, double high) {
        operands.add(new Operand(name, b -> b.variable(name, kind, shape.extents())));
        values.put(name, () -> draw.numbers(shape.elements(), low, high));
        return this;
    }

    /** An operand that needs no gradient, as the images of a first layer. */
    DrawnCase data(String name, Shape shape) {
        operands.add(new Operand(name, b -> b.graph.input(name, new TensorType(b.dtype(), shape))));
        values.put(name, () -> draw.numbers(shape.elements(), -1, 1));
        return this;
    }

    /** Indices below a bound. */
    DrawnCase indices(String name, Shape shape, long bound) {
        operands.add(new Operand(name, b -> b.graph.input(name, new TensorType(DType.I32, shape))));
        values.put(name, () -> draw.indices(shape.elements(), bound));
        return this;
    }

    /** Which results the loss reads; of none where there is no gradient. */
    DrawnCase reading(Integer... outputs) {
        read = List.of(outputs);
        return this;
    }

    /** The case, its numbers drawn. */
    OpCase named(String name) {
        Map<String, double[]> drawn = new LinkedHashMap<>();
        values.forEach((operand, numbers) -> drawn.put(operand, numbers.get()));
        return new OpCase(name, body(), drawn, 0);
    }

    /** The case at a size where numbers are drawn only when it is run. */
    TimedOperation timed(String name) {
        return new TimedOperation(new OpCase(name, body(), Map.of(), 0), Map.copyOf(values));
    }

    private Function<CaseBuilder, Graph> body() {
        List<Operand> arguments = List.copyOf(operands);
        List<Integer> weighted = read;
        return b -> {
            List<Value> given = arguments.stream().map(operand -> operand.value().apply(b)).toList();
            return graph(b, b.graph.node(NODE, op.apply(b.dtype()), given), weighted);
        };
    }

    /** The nodes of a graph that are the operation itself or its gradient. */
    static List<Node> nodes(Graph graph) {
        return graph.nodes().stream().filter(node -> node.name().equals(NODE)).toList();
    }

    private static Graph graph(CaseBuilder b, Node node, List<Integer> weighted) {
        Optional<Value> loss = weighted.stream().map(output -> part(b, node.outputs().get(output), output))
                .reduce((sum, part) -> b.graph.apply("sum", new Binary(BinaryFunction.ADD), sum, part));
        loss.ifPresent(value -> b.graph.output("loss", value));
        b.graph.output("y", node.output());
        return b.graph.build();
    }

    private static Value part(CaseBuilder b, Value y, int output) {
        Value weights = b.graph.input("weights" + output, y.type());
        Value product = b.graph.apply("weighted", new Binary(BinaryFunction.MULTIPLY), y, weights);
        return b.graph.apply("loss", Reduce.all(Reduction.SUM, y.type().shape().rank()), product);
    }
}
