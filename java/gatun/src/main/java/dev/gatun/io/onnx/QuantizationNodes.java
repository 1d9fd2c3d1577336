package dev.gatun.io.onnx;

import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.TensorData;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Linear;
import dev.gatun.op.Pool;
import dev.gatun.op.Reshape;
import dev.gatun.op.function.PoolKind;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rounding to integers of few bits as ONNX nodes: {@code QuantizeLinear}, a {@code Clip} of the integers where they
 * have fewer than 8 bits, {@code DequantizeLinear}. Weights are stored as integers of 8 bits, and biases behind them as
 * integers of 32 bits in units of the products, which is what runtimes look for to compute on integers.
 */
final class QuantizationNodes {
    /** The width of a symmetric range of 8 bits. */
    private static final int FEWEST = 254;

    private final OnnxNodes graph;
    private final OnnxTensors tensors;
    private final Map<Value, List<Node>> uses;
    private final Map<Value, Node> producers;
    private final Set<Value> matrices = new HashSet<>();

    QuantizationNodes(OnnxNodes graph, OnnxTensors tensors) {
        this.graph = graph;
        this.tensors = tensors;
        uses = graph.batch().graph().uses();
        producers = graph.batch().graph().producers();
    }

    String fakeQuantize(FakeQuantize op, Node node) {
        DType type = integers(op);
        if (type == null) {
            return formula(op, node);
        }
        Map<String, OnnxAttribute> axis =
                op.isPerChannel() ? Map.of("axis", OnnxAttribute.of(op.axis())) : Map.of();
        String scale = graph.name(node.inputs().get(1));
        String zeroPoint = zeroPoint(op, node, type);
        String q = node.inputs().stream().allMatch(this::isKnown) ? weight(op, node, type)
                : clipped(op, type, graph.node("QuantizeLinear",
                        List.of(graph.name(node.inputs().getFirst()), scale, zeroPoint), axis));
        return graph.node("DequantizeLinear", List.of(q, scale, zeroPoint), axis);
    }

    /** The integers of 8 bits that hold a range; null where none do. */
    private static @Nullable DType integers(FakeQuantize op) {
        return op.low() == 0 && op.high() <= 255 ? DType.U8
                : op.low() >= Byte.MIN_VALUE && op.high() <= Byte.MAX_VALUE ? DType.I8 : null;
    }

    private boolean isKnown(Value value) {
        return value.variable() != null && tensors.isReal(value.variable());
    }

    private String clipped(FakeQuantize op, DType type, String q) {
        boolean whole = type == DType.U8 ? op.high() == 255
                : op.low() == Byte.MIN_VALUE && op.high() == Byte.MAX_VALUE;
        return whole ? q : graph.node("Clip", q, graph.bytes(type, List.of(), op.low()),
                graph.bytes(type, List.of(), op.high()));
    }

    private String zeroPoint(FakeQuantize op, Node node, DType type) {
        Shape shape = op.scaleShape(node.inputs().getFirst().type().shape());
        if (node.inputs().size() == 2) {
            return graph.bytes(type, Arrays.stream(shape.extents()).boxed().toList(), 0);
        }
        Value zero = node.inputs().get(2);
        if (!isKnown(zero)) {
            return graph.node("Cast", List.of(graph.name(zero)), Map.of("to", OnnxAttribute.of(OnnxType.of(type))));
        }
        Variable variable = Objects.requireNonNull(zero.variable());
        return tensors.add(new NamedTensor(variable.name() + ".integers", new TensorType(type, shape), sink -> {
            float[] elements = tensors.elements(variable);
            byte[] integers = new byte[elements.length];
            for (int i = 0; i < integers.length; i++) {
                integers[i] = (byte) Math.round(elements[i]);
            }
            sink.accept(MemorySegment.ofArray(integers));
        }));
    }

    /** Integers in place of a variable; as a matrix where layers read it that see it as one. */
    private String weight(FakeQuantize op, Node node, DType type) {
        Value x = node.inputs().getFirst();
        Shape shape = x.type().shape();
        if (shape.rank() > 2 && (!op.isPerChannel() || op.axis() == 0)
                && uses.getOrDefault(node.output(), List.of()).stream().allMatch(use -> use.op() instanceof Linear)) {
            shape = Shape.of(shape.extent(0), shape.elements() / shape.extent(0));
            matrices.add(node.output());
        }
        TensorData data = sink -> sink.accept(MemorySegment.ofArray(integers(op, node)));
        return tensors.add(new NamedTensor(node.name() + ".integers", new TensorType(type, shape), data));
    }

    private byte[] integers(FakeQuantize op, Node node) {
        Value x = node.inputs().getFirst();
        float[] elements = elements(x);
        float[] scales = elements(node.inputs().get(1));
        float[] zeros = node.inputs().size() > 2 ? elements(node.inputs().get(2)) : new float[scales.length];
        long inner = 1; // elements beside each other that share a scale
        for (int axis = op.axis() + 1; op.isPerChannel() && axis < x.type().shape().rank(); axis++) {
            inner *= x.type().shape().extent(axis);
        }
        byte[] integers = new byte[elements.length];
        for (int i = 0; i < elements.length; i++) {
            int channel = op.isPerChannel() ? (int) (i / inner % scales.length) : 0;
            if (Float.isNaN(elements[i])) {
                throw new OnnxException(x.name() + " holds NaN, for which there is no integer");
            }
            integers[i] = (byte) Math.clamp(
                    Math.rint(elements[i] / scales[channel]) + zeros[channel], op.low(), op.high());
        }
        return integers;
    }

    private float[] elements(Value variable) {
        return tensors.elements(Objects.requireNonNull(variable.variable()));
    }

    /** Returns whether the rounded weight of a linear layer was written as a matrix, whatever shape it has. */
    boolean isMatrix(Value weight) {
        return matrices.contains(weight);
    }

    /**
     * Returns the bias of a convolution or linear layer: of 32 bits where what it reads and its weight are integers of
     * 8 bits by known scales. With fewer bits the units are so large that rounding to them would show, and a bias may
     * be too large for them: it stays as it is then.
     */
    String bias(Node layer) {
        Value bias = layer.inputs().get(2);
        Value scaleOfSource = scale(rounding(layer.inputs().getFirst()), FakeQuantize.PER_TENSOR);
        Value scaleOfWeight = scale(producers.get(layer.inputs().get(1)), 0);
        if (scaleOfSource == null || scaleOfWeight == null || !isKnown(bias)) {
            return graph.name(bias);
        }
        float[] elements = elements(bias);
        float source = elements(scaleOfSource)[0];
        float[] units = elements(scaleOfWeight);
        ByteBuffer integers = ByteBuffer.allocate(elements.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < units.length; i++) {
            units[i] *= source;
        }
        for (int i = 0; i < elements.length; i++) {
            double integer = Math.rint((double) elements[i] / units[units.length == 1 ? 0 : i]);
            if (!(Math.abs(integer) <= Integer.MAX_VALUE)) {
                return graph.name(bias);
            }
            integers.putInt((int) integer);
        }
        List<Long> shape = Arrays.stream(scaleOfWeight.type().shape().extents()).boxed().toList();
        String name = layer.name() + ".bias";
        return graph.node("DequantizeLinear",
                List.of(tensors.add(new NamedTensor(name + ".integers", new TensorType(DType.I32,
                        bias.type().shape()), MemorySegment.ofArray(integers.array()))),
                        graph.reals(name + ".units", shape, units)),
                shape.isEmpty() ? Map.of() : Map.of("axis", OnnxAttribute.of(0)));
    }

    /** What rounded a value that has only been moved or compared since; null where nothing did. */
    private @Nullable Node rounding(Value value) {
        Node node = producers.get(value);
        if (node != null && (node.op() instanceof Reshape
                || (node.op() instanceof Pool pool && pool.kind() == PoolKind.MAX))) {
            return rounding(node.inputs().getFirst());
        }
        return node;
    }

    /**
     * The known scale of a rounding to all integers of 8 bits, or all but one, of the whole or along an axis; null
     * where there is none.
     */
    private @Nullable Value scale(@Nullable Node node, int axis) {
        return node != null && node.op() instanceof FakeQuantize op && integers(op) != null
                && op.high() - op.low() >= FEWEST && (!op.isPerChannel() || op.axis() == axis)
                && isKnown(node.inputs().get(1)) ? node.inputs().get(1) : null;
    }

    /** By its formula: the operator rounds halves to even too. */
    private String formula(FakeQuantize op, Node node) {
        Value x = node.inputs().getFirst();
        String scale = alongAxis(op, node.inputs().get(1), x);
        String q = graph.node("Round", graph.node("Div", graph.name(x), scale));
        if (node.inputs().size() == 2) {
            return graph.node("Mul", within(op, q), scale);
        }
        String zeroPoint = alongAxis(op, node.inputs().get(2), x);
        String clipped = within(op, graph.node("Add", q, zeroPoint));
        return graph.node("Mul", graph.node("Sub", clipped, zeroPoint), scale);
    }

    private String within(FakeQuantize op, String q) {
        return graph.node("Clip", q, graph.real(op.low()), graph.real(op.high()));
    }

    /** Scales in a shape that broadcasts along their axis. */
    private String alongAxis(FakeQuantize op, Value numbers, Value x) {
        if (!op.isPerChannel()) {
            return graph.name(numbers);
        }
        List<Long> shape = new ArrayList<>(Collections.nCopies(x.type().shape().rank() - op.axis(), 1L));
        shape.set(0, -1L);
        return graph.node("Reshape", graph.name(numbers), graph.integers(shape));
    }
}
