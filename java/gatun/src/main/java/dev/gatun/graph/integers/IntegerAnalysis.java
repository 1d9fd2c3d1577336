package dev.gatun.graph.integers;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Concat;
import dev.gatun.op.Convolution;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Linear;
import dev.gatun.op.Op;
import dev.gatun.op.Pool;
import dev.gatun.op.QuantizedConvolution;
import dev.gatun.op.QuantizedLinear;
import dev.gatun.op.Reshape;
import dev.gatun.op.function.IntegerLayer;
import dev.gatun.op.function.IntegerRange;
import dev.gatun.op.function.PoolKind;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of a graph of fake quantizations can be computed on integers of 8 bits, and why the rest cannot. */
final class IntegerAnalysis {
    /** The reason of a layer that has none to stay in f32. */
    private static final String POSSIBLE = "";

    /**
     * How integers stand for the numbers of a tensor.
     *
     * @param scale     in the original graph, as the zero point
     * @param zeroPoint null for 0
     */
    record Scaled(Value scale, @Nullable Value zeroPoint, IntegerRange range) {}

    private final IntegerInference.Device device;
    private final Map<Value, List<Node>> uses;
    private final Map<Value, Node> producers;
    private final Set<Value> shown;
    private final Map<Value, Optional<Scaled>> scaled = new HashMap<>();
    private final Map<Value, Boolean> wanted = new HashMap<>();
    private final IdentityHashMap<Node, String> reasons = new IdentityHashMap<>();

    IntegerAnalysis(Graph graph, IntegerInference.Device device) {
        this.device = device;
        this.uses = graph.uses();
        this.producers = graph.producers();
        this.shown = new HashSet<>(graph.outputs().values());
        for (Node node : graph.nodes()) { // in order, so that none asks far back
            node.outputs().forEach(this::scaled);
        }
        for (Node node : graph.nodes().reversed()) {
            node.outputs().forEach(this::isWanted);
        }
    }

    @Nullable Node producer(Value value) {
        return producers.get(value);
    }

    /** Whether one node reads a value, once, and the caller of the program does not. */
    boolean isReadOnce(Value value) {
        return !shown.contains(value) && uses.getOrDefault(value, List.of()).size() == 1;
    }

    /** The integers that a tensor can be had as without an error; null where it cannot. */
    @Nullable Scaled scaled(Value value) {
        Optional<Scaled> known = scaled.get(value);
        if (known == null) {
            known = Optional.ofNullable(find(value));
            scaled.put(value, known);
        }
        return known.orElse(null);
    }

    private @Nullable Scaled find(Value value) {
        Node node = producers.get(value);
        if (node == null || !value.equals(node.output()) || value.type().dtype() != DType.F32) {
            return null;
        }
        return switch (node.op()) {
            case FakeQuantize op when !op.isPerChannel() && IntegerRange.fits(op.low(), op.high()) ->
                new Scaled(node.inputs().get(1), node.inputs().size() > 2 ? node.inputs().get(2) : null,
                        IntegerRange.of(op.low(), op.high()));
            case Op op when carries(op) -> {
                Scaled first = scaled(node.inputs().getFirst());
                yield first != null && node.inputs().stream().allMatch(input -> first.equals(scaled(input)))
                        ? first : null;
            }
            default -> null;
        };
    }

    /** Whether an operation does to integers what it does to the numbers that they stand for. */
    static boolean carries(Op op) {
        return op instanceof Reshape || op instanceof Concat
                || (op instanceof Pool pool && pool.kind() == PoolKind.MAX);
    }

    /** Whether somebody can read a tensor as integers. */
    boolean isWanted(Value value) {
        Boolean known = wanted.get(value);
        if (known == null) {
            known = scaled(value) != null && uses.getOrDefault(value, List.of()).stream().anyMatch(reader ->
                    (value.equals(reader.inputs().getFirst()) && reason(reader) == null)
                            || (carries(reader.op()) && isWanted(reader.output())));
            wanted.put(value, known);
        }
        return known;
    }

    /** Whether a layer can compute on integers. */
    boolean isInteger(Node node) {
        return (node.op() instanceof Convolution || node.op() instanceof Linear) && reason(node) == null;
    }

    /** Why a layer stays in f32; null where it need not. */
    @Nullable String reason(Node node) {
        String reason = reasons.computeIfAbsent(node, key -> {
            String found = findReason(key);
            return found == null ? POSSIBLE : found;
        });
        return reason.isEmpty() ? null : reason;
    }

    private @Nullable String findReason(Node node) {
        if (!(node.op() instanceof Convolution || node.op() instanceof Linear)) {
            return "the operation has no form on integers of 8 bits";
        }
        Value x = node.inputs().getFirst();
        Scaled source = scaled(x);
        if (source == null) {
            return "its input " + whyNot(x, FakeQuantize.PER_TENSOR);
        }
        Value weight = node.inputs().get(1);
        if (weight(weight) == null) {
            return "its weight " + whyNot(weight, 0);
        }
        return device.refusal(integer(node, IntegerLayer.defaults()), List.of(
                x.type().withDtype(source.range().dtype()), number(), weight.type().withDtype(DType.I8), number()))
                .orElse(null);
    }

    private static TensorType number() {
        return new TensorType(DType.F32, Shape.of());
    }

    /** The form on integers of a layer. */
    static Op integer(Node node, IntegerLayer layer) {
        return node.op() instanceof Convolution convolution ? new QuantizedConvolution(convolution, layer)
                : new QuantizedLinear(layer);
    }

    private String whyNot(Value value, int axis) {
        Node node = producers.get(value);
        if (node == null || !(node.op() instanceof FakeQuantize op)) {
            return "is not quantized";
        }
        List<String> reasons = new ArrayList<>();
        if (!IntegerRange.fits(op.low(), op.high()) || (axis == 0 && op.high() > IntegerRange.I8.high())) {
            reasons.add("is quantized to integers from " + op.low() + " to " + op.high()
                    + (axis == 0 ? ", not to i8" : ", more than 8 bits hold"));
        }
        if (op.axis() != FakeQuantize.PER_TENSOR && op.axis() != axis) {
            reasons.add("has scales along dimension " + op.axis());
        }
        if (axis == 0 && node.inputs().size() > 2) {
            reasons.add("has a zero point: weights must be symmetric");
        }
        return reasons.isEmpty() ? "is quantized in " + value.type().dtype().lowerCase()
                : String.join(", and ", reasons);
    }

    /** The fake quantization of a weight that i8 can hold; null where it is none. */
    @Nullable Node weight(Value value) {
        Node node = producers.get(value);
        return node != null && node.op() instanceof FakeQuantize op && node.inputs().size() == 2
                && op.axis() <= 0 && value.type().dtype() == DType.F32 && IntegerRange.fits(op.low(), op.high())
                && op.high() <= IntegerRange.I8.high() ? node : null;
    }
}
