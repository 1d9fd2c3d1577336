package dev.gatun.bench;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.Convolution;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Linear;
import dev.gatun.op.Op;
import dev.gatun.op.Unary;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * An inference graph as post-training quantization leaves it: no batch normalisation, a bias in each convolution in its
 * place, weights rounded to 8 bits by channels, and what layers and residual sums read rounded to 8 bits. Scales are
 * those of random weights and unit activations: for the time of a step, not for what it computes.
 */
final class FakeQuantized {
    private final Graph source;
    private final boolean rounded;
    private final GraphBuilder target = new GraphBuilder();
    private final Map<Value, Value> copies = new HashMap<>();

    private FakeQuantized(Graph source, boolean rounded) {
        this.source = source;
        this.rounded = rounded;
    }

    /** The graph of one output, rounded or, to compare, folded alone. */
    static Graph of(Graph inference, String output, boolean rounded) {
        return new FakeQuantized(inference, rounded).run(output);
    }

    private Graph run(String output) {
        source.inputs().stream().filter(input -> input.type().dtype() == DType.F32) // no labels
                .forEach(input -> copies.put(input, target.input(input.name(), input.type())));
        Map<Value, List<Node>> uses = source.uses();
        for (Node node : source.nodes()) {
            switch (node.op()) {
                case BatchNormalization _ -> copies.put(node.output(), activation(node.output(), uses,
                        copy(node.inputs().getFirst())));
                case Convolution op -> layer(node, op, uses);
                case Linear op -> layer(node, op, uses);
                default -> {
                    List<Value> inputs = node.inputs().stream().map(this::copy).toList();
                    Value result = target.apply(node.name(), node.op(), inputs.toArray(Value[]::new));
                    copies.put(node.output(), activation(node.output(), uses, result));
                }
            }
        }
        target.output(output, copy(source.output(output)));
        return target.build();
    }

    /** What a layer reads, and what is added to a layer's result, is rounded; what a ReLU reads is not. */
    private Value activation(Value original, Map<Value, List<Node>> uses, Value copy) {
        List<Node> readers = uses.getOrDefault(original, List.of());
        boolean read = readers.stream().anyMatch(reader -> reader.op() instanceof Convolution
                || reader.op() instanceof Linear);
        boolean shortcut = readers.stream().anyMatch(reader -> reader.op() instanceof Binary
                && reader.inputs().get(1).equals(original));
        boolean relu = readers.stream().anyMatch(reader -> reader.op() instanceof Unary);
        return rounded && !relu && (read || shortcut) ? rounded(original.name(), copy, shortcut && !read) : copy;
    }

    private Value rounded(String name, Value value, boolean signed) {
        Value scale = target.variable(new Variable(name + ".scale", Shape.of(), Variable.Kind.BUFFER,
                constant(0.05f)), DType.F32);
        return target.apply(name + ".rounded", new FakeQuantize(signed ? -128 : 0, signed ? 127 : 255,
                FakeQuantize.PER_TENSOR), value, scale);
    }

    private void layer(Node node, Op op, Map<Value, List<Node>> uses) {
        Value x = copy(node.inputs().getFirst());
        if (rounded && source.inputs().contains(node.inputs().getFirst())) {
            x = rounded(node.name() + ".images", x, true);
        }
        Value weight = copy(node.inputs().get(1));
        long outputs = weight.type().shape().extent(0);
        if (rounded) {
            Value scale = target.variable(new Variable(node.name() + ".weight.scale", Shape.of(outputs),
                    Variable.Kind.BUFFER, constant(0.002f)), DType.F32);
            weight = target.apply(node.name() + ".weight.rounded", new FakeQuantize(-127, 127, 0), weight, scale);
        }
        Value bias = node.inputs().size() > 2 ? copy(node.inputs().get(2)) : target.variable(new Variable(
                node.name() + ".folded", Shape.of(outputs), Variable.Kind.BIAS, constant(0.1f)), DType.F32);
        List<Value> inputs = new ArrayList<>(List.of(x, weight, bias));
        Value result = target.apply(node.name(), op, inputs.toArray(Value[]::new));
        boolean folded = uses.getOrDefault(node.output(), List.of()).stream()
                .anyMatch(reader -> reader.op() instanceof BatchNormalization);
        copies.put(node.output(), folded ? result : activation(node.output(), uses, result));
    }

    private static Initializer constant(float value) {
        return (values, _, _) -> Arrays.fill(values, value);
    }

    private Value copy(Value value) {
        return copies.computeIfAbsent(value, key -> target.variable(
                Objects.requireNonNull(key.variable()), DType.F32));
    }
}
