package dev.gatun.graph.integers;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Rewriter;
import dev.gatun.graph.Value;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.Dequantize;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Linear;
import dev.gatun.op.MatMul;
import dev.gatun.op.Op;
import dev.gatun.op.Pool;
import dev.gatun.op.Quantize;
import dev.gatun.op.QuantizedSum;
import dev.gatun.op.Recurrent;
import dev.gatun.op.Reshape;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.Unary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.IntegerLayer;
import dev.gatun.op.function.IntegerLayer.Addend;
import dev.gatun.op.function.IntegerRange;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites a graph that rounds to integers of few bits in f32, by {@link FakeQuantize}, so that it computes on integers
 * of 8 bits (Jacob et al., 2018): convolutions and linear layers whose source and weight are rounded become layers on
 * integers, which take in bias, residual sum, ReLU and the rounding that follows; max pooling, reshapes and
 * concatenations in between stay on integers. Weights are symmetric, activations symmetric or with a zero point, with
 * one scale for the whole tensor. All else, and what a device cannot do on integers, stays in f32. The results are
 * those of the given graph but for the order of roundings: up to one unit of a scale in each.
 *
 * <p>Applied to the {@linkplain Inference inference form}; a batch normalisation has to be folded into its convolution
 * before, or stays in f32.
 */
public final class IntegerInference {
    /** What a device can compute on integers. */
    @FunctionalInterface
    public interface Device {
        /** Returns why the device cannot compute an operation; empty where it can. */
        Optional<String> refusal(Op op, List<TensorType> inputs);
    }

    /**
     * What a graph has become.
     *
     * @param graph  the graph on integers; the given one where no layer computes on integers
     * @param report which layers do
     */
    public record Result(Graph graph, IntegerReport report) {}

    private final Graph graph;
    private final IntegerAnalysis analysis;
    private final Rewriter rewriter;
    private final Map<Value, Value> integers = new HashMap<>();
    private final Map<Value, Value> reals = new HashMap<>();

    private IntegerInference(Graph graph, IntegerAnalysis analysis) {
        this.graph = graph;
        this.analysis = analysis;
        this.rewriter = new Rewriter(graph);
    }

    /** Returns whether a graph has any rounding that this pass could look at. */
    public static boolean applies(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.op() instanceof FakeQuantize);
    }

    /**
     * Returns a graph in its inference form with all that a device can compute on integers.
     *
     * @throws IllegalArgumentException when the graph is differentiated, or updates running statistics
     */
    public static Result of(Graph graph, Device device) {
        if (!graph.gradients().isEmpty()
                || graph.nodes().stream().anyMatch(node -> node.phase() != Node.Phase.FORWARD)) {
            throw new IllegalArgumentException("integers of 8 bits are for inference only, and this graph trains: take"
                    + " its inference form, before it is differentiated");
        }
        IntegerAnalysis analysis = new IntegerAnalysis(graph, device);
        IntegerReport report = report(graph, analysis);
        return new Result(report.integers().isEmpty() ? graph : new IntegerInference(graph, analysis).run(), report);
    }

    private static IntegerReport report(Graph graph, IntegerAnalysis analysis) {
        List<String> names = new ArrayList<>();
        List<IntegerReport.Left> left = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (analysis.isInteger(node)) {
                names.add(node.name());
            } else if (isLayer(node.op())) {
                String reason = analysis.reason(node);
                left.add(new IntegerReport.Left(node.name(), node.op().name(),
                        node.op() instanceof BatchNormalization ? "it is not folded into the layer before it"
                                : reason == null ? "" : reason));
            }
        }
        return new IntegerReport(names, left);
    }

    private static boolean isLayer(Op op) {
        return op instanceof Convolution || op instanceof ConvolutionBackwardData || op instanceof Linear
                || op instanceof MatMul || op instanceof Recurrent || op instanceof ScaledDotProductAttention
                || op instanceof BatchNormalization;
    }

    private Graph run() {
        for (Node node : graph.nodes()) { // in order, so that no call goes far back
            if (node.op() instanceof FakeQuantize && analysis.isWanted(node.output())) {
                integers(node.output());
            }
        }
        graph.outputs().values().forEach(this::real);
        return rewriter.finish();
    }

    /** A tensor in f32. */
    private Value real(Value value) {
        Value known = reals.get(value);
        if (known == null) {
            known = makeReal(value);
            reals.put(value, known);
            rewriter.replace(value, known);
        }
        return known;
    }

    private Value makeReal(Value value) {
        Node node = analysis.producer(value);
        if (node == null) {
            return rewriter.copy(value);
        }
        IntegerAnalysis.Scaled scaled = analysis.scaled(value);
        if (scaled != null && (integers.containsKey(value) || analysis.isWanted(value) || isFused(value, scaled))) {
            List<Value> inputs = new ArrayList<>(List.of(integers(value), real(scaled.scale())));
            if (scaled.zeroPoint() != null) {
                inputs.add(real(scaled.zeroPoint()));
            }
            return rewriter.add(node.name(), new Dequantize(Quantize.PER_TENSOR), inputs.toArray(Value[]::new));
        }
        if (analysis.isInteger(node)) {
            return layer(node, new Following(null, false, null));
        }
        Node before = analysis.producer(node.inputs().isEmpty() ? value : node.inputs().getFirst());
        if (isRelu(node) && before != null && analysis.isInteger(before) && analysis.isReadOnce(before.output())) {
            return layer(before, new Following(null, true, null));
        }
        node.inputs().forEach(this::real);
        Node copy = rewriter.emit(node, node.op(), node.inputs());
        return copy.outputs().get(node.outputs().indexOf(value));
    }

    /** A tensor as integers, which it can be had as. */
    private Value integers(Value value) {
        Value known = integers.get(value);
        if (known == null) {
            known = makeIntegers(value);
            integers.put(value, known);
        }
        return known;
    }

    private Value makeIntegers(Value value) {
        Node node = node(value);
        if (!(node.op() instanceof FakeQuantize)) { // moved as it is
            return rewriter.add(node.name(), node.op(),
                    node.inputs().stream().map(this::integers).toArray(Value[]::new));
        }
        IntegerAnalysis.Scaled scaled = scaled(value);
        Value fused = fused(node, scaled);
        return fused == null ? quantized(node.name(), node.inputs().getFirst(), scaled) : fused;
    }

    /** Whether a rounding that nobody reads as integers is that of a layer's sum: then the layer gives integers. */
    private boolean isFused(Value value, IntegerAnalysis.Scaled scaled) {
        Node node = node(value);
        Value fused = node.op() instanceof FakeQuantize ? fused(node, scaled) : null;
        if (fused != null) {
            integers.put(value, fused);
        }
        return fused != null;
    }

    /** A rounding with what comes before it; null where that is no layer and no sum of integers. */
    private @Nullable Value fused(Node node, IntegerAnalysis.Scaled scaled) {
        Deque<Node> moves = new ArrayDeque<>();
        Value source = node.inputs().getFirst();
        while (isMove(source)) { // rounding first and then taking the largest is the same
            moves.push(node(source));
            source = node(source).inputs().getFirst();
        }
        Value rounded = rounded(source, scaled);
        if (rounded == null) {
            return null;
        }
        for (Node move : moves) {
            rounded = rewriter.add(move.name(), move.op(), rounded);
        }
        return rounded;
    }

    private boolean isMove(Value value) {
        Node node = analysis.producer(value);
        return node != null && value.equals(node.output()) && analysis.isReadOnce(value)
                && (node.op() instanceof Reshape || (node.op() instanceof Pool pool && pool.kind() == PoolKind.MAX));
    }

    /** What a sum of a layer or of integers is rounded to; null where it is neither. */
    private @Nullable Value rounded(Value value, IntegerAnalysis.Scaled result) {
        Node end = analysis.producer(value);
        boolean relu = end != null && isRelu(end) && analysis.isReadOnce(value);
        Value sum = relu && end != null ? end.inputs().getFirst() : value;
        Node node = analysis.producer(sum);
        if (node == null) {
            return null;
        }
        if (analysis.isInteger(node) && analysis.isReadOnce(sum)) {
            return layer(node, new Following(null, relu, result));
        }
        if (node.op() instanceof Binary binary && binary.function() == BinaryFunction.ADD
                && node.inputTypes().stream().allMatch(type -> type.equals(sum.type())) && analysis.isReadOnce(sum)) {
            return residual(node, relu, result);
        }
        return analysis.scaled(sum) == null ? null : sum(node.name(), List.of(sum), relu, result);
    }

    private @Nullable Value residual(Node node, boolean relu, IntegerAnalysis.Scaled result) {
        for (int i = 1; i >= 0; i--) { // a block's layers are the left operand: shortcuts come first into the graph
            Value sum = node.inputs().get(1 - i);
            Value addend = node.inputs().get(i);
            Node layer = analysis.producer(sum);
            if (layer != null && analysis.isInteger(layer) && analysis.isReadOnce(sum)
                    && analysis.scaled(addend) != null) {
                return layer(layer, new Following(addend, relu, result));
            }
        }
        return node.inputs().stream().allMatch(each -> analysis.scaled(each) != null)
                ? sum(node.name(), node.inputs(), relu, result) : null;
    }

    private Value sum(String name, List<Value> terms, boolean relu, IntegerAnalysis.Scaled result) {
        List<Addend> kinds = new ArrayList<>();
        List<Value> inputs = new ArrayList<>();
        for (Value term : terms) {
            kinds.add(add(inputs, integers(term), scaled(term)));
        }
        IntegerLayer.Result rounded = result(result);
        add(inputs, null, result);
        return rewriter.add(name, new QuantizedSum(kinds, relu, rounded), inputs.toArray(Value[]::new));
    }

    private static IntegerLayer.Result result(IntegerAnalysis.Scaled scaled) {
        return new IntegerLayer.Result(scaled.range(), scaled.zeroPoint() != null);
    }

    /** Adds integers, if given, and their scale and zero point. */
    private Addend add(List<Value> inputs, @Nullable Value q, IntegerAnalysis.Scaled scaled) {
        if (q != null) {
            inputs.add(q);
        }
        inputs.add(real(scaled.scale()));
        if (scaled.zeroPoint() == null) {
            return Addend.SYMMETRIC;
        }
        inputs.add(real(scaled.zeroPoint()));
        return Addend.AFFINE;
    }

    /** What a layer takes in. */
    private record Following(@Nullable Value addend, boolean relu, IntegerAnalysis.@Nullable Scaled result) {}

    private Value layer(Node node, Following following) {
        Value x = node.inputs().getFirst();
        Node weight = analysis.weight(node.inputs().get(1));
        if (weight == null || !(weight.op() instanceof FakeQuantize op)) {
            throw new IllegalStateException("no layer on integers: " + node);
        }
        List<Value> inputs = new ArrayList<>();
        boolean affine = add(inputs, integers(x), scaled(x)) == Addend.AFFINE;
        Value weightScale = real(weight.inputs().get(1));
        inputs.add(integers.computeIfAbsent(weight.output(), _ -> rewriter.add(weight.name(),
                new Quantize(new IntegerRange(DType.I8, op.low(), op.high()), op.axis()),
                real(weight.inputs().getFirst()), weightScale)));
        inputs.add(weightScale);
        boolean bias = node.inputs().size() > 2;
        if (bias) {
            inputs.add(real(node.inputs().get(2)));
        }
        Addend addend = following.addend == null ? Addend.NONE
                : add(inputs, integers(following.addend), scaled(following.addend));
        if (following.result != null) {
            add(inputs, null, following.result);
        }
        IntegerLayer layer = new IntegerLayer(affine, bias, addend, following.relu,
                following.result == null ? null : result(following.result));
        return rewriter.add(node.name(), IntegerAnalysis.integer(node, layer), inputs.toArray(Value[]::new));
    }

    private Value quantized(String name, Value x, IntegerAnalysis.Scaled scaled) {
        List<Value> inputs = new ArrayList<>(List.of(real(x)));
        add(inputs, null, scaled);
        return rewriter.add(name, new Quantize(scaled.range(), Quantize.PER_TENSOR), inputs.toArray(Value[]::new));
    }

    private Node node(Value value) {
        Node node = analysis.producer(value);
        if (node == null) {
            throw new IllegalStateException("no result: " + value);
        }
        return node;
    }

    private IntegerAnalysis.Scaled scaled(Value value) {
        IntegerAnalysis.Scaled scaled = analysis.scaled(value);
        if (scaled == null) {
            throw new IllegalStateException("not on integers: " + value);
        }
        return scaled;
    }

    private static boolean isRelu(Node node) {
        return node.op().equals(new Unary(UnaryFunction.RELU));
    }
}
