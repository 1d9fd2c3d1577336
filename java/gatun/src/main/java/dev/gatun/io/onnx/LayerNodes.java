package dev.gatun.io.onnx;

import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.MatMul;
import dev.gatun.op.Pool;
import dev.gatun.op.RmsNormalization;
import dev.gatun.op.Slide;
import dev.gatun.op.function.PoolKind;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/** Convolutions, linear layers, products, pooling and normalisations as ONNX nodes. */
final class LayerNodes {
    private final OnnxNodes graph;
    private final QuantizationNodes quantizations;

    LayerNodes(OnnxNodes graph, QuantizationNodes quantizations) {
        this.graph = graph;
        this.quantizations = quantizations;
    }

    String convolution(Convolution convolution, Node node) {
        Map<String, OnnxAttribute> attributes = window(convolution.axes(), kernel(node.inputs().get(1)));
        attributes.put("group", OnnxAttribute.of(convolution.groups()));
        return graph.node("Conv", operands(node), attributes);
    }

    /** A transposed convolution, whose result may be larger than the padding says. */
    String transposed(ConvolutionBackwardData data, Node node) {
        List<Slide> axes = data.forward().axes();
        Shape given = node.inputs().getFirst().type().shape();
        List<Long> kernel = kernel(node.inputs().get(1));
        List<Long> more = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            Slide axis = axes.get(i);
            long plain = axis.stride() * (given.extent(i + 2) - 1) + axis.reach(kernel.get(i)) - axis.before()
                    - axis.after();
            more.add(data.source().extent(i + 2) - plain);
        }
        Map<String, OnnxAttribute> attributes = window(axes, kernel);
        attributes.put("group", OnnxAttribute.of(data.forward().groups()));
        attributes.put("output_padding", OnnxAttribute.of(more));
        return graph.node("ConvTranspose", names(node), attributes);
    }

    String pool(Pool pool, Node node) {
        Map<String, OnnxAttribute> attributes = window(pool.window().slides(),
                Arrays.stream(pool.window().sizes()).boxed().toList());
        if (pool.kind() == PoolKind.MAX) {
            return graph.node("MaxPool", names(node), attributes);
        }
        attributes.remove("dilations");
        attributes.put("count_include_pad", OnnxAttribute.of(pool.kind() == PoolKind.AVERAGE ? 1 : 0));
        return graph.node("AveragePool", names(node), attributes);
    }

    private static Map<String, OnnxAttribute> window(List<Slide> axes, List<Long> kernel) {
        Map<String, OnnxAttribute> attributes = new LinkedHashMap<>();
        attributes.put("kernel_shape", OnnxAttribute.of(kernel));
        attributes.put("strides", OnnxAttribute.of(each(axes, Slide::stride)));
        attributes.put("dilations", OnnxAttribute.of(each(axes, Slide::dilation)));
        List<Long> pads = new ArrayList<>(each(axes, Slide::before));
        pads.addAll(each(axes, Slide::after));
        attributes.put("pads", OnnxAttribute.of(pads));
        return attributes;
    }

    private static List<Long> each(List<Slide> axes, ToLongFunction<Slide> number) {
        return axes.stream().map(number::applyAsLong).toList();
    }

    private static List<Long> kernel(Value weight) {
        return Arrays.stream(weight.type().shape().extents()).skip(2).boxed().toList();
    }

    private List<String> names(Node node) {
        return node.inputs().stream().map(graph::name).toList();
    }

    /** What a convolution or linear layer reads. */
    private List<String> operands(Node node) {
        List<String> inputs = new ArrayList<>(names(node));
        if (inputs.size() > 2) {
            inputs.set(2, quantizations.bias(node));
        }
        return inputs;
    }

    String linear(Node node) {
        List<String> inputs = operands(node);
        Value weight = node.inputs().get(1);
        if (node.inputs().getFirst().type().shape().rank() > 2) { // a layer may read images
            inputs.set(0, graph.node("Flatten", inputs.get(0)));
            inputs.set(1, quantizations.isMatrix(weight) ? inputs.get(1) : graph.node("Flatten", inputs.get(1)));
        }
        return graph.node("Gemm", inputs, Map.of("transB", OnnxAttribute.of(1)));
    }

    String matMul(MatMul product, Node node) {
        return graph.node("MatMul", operand(product.a(), node.inputs().get(0)),
                operand(product.b(), node.inputs().get(1)));
    }

    private String operand(MatMul.Given given, Value value) {
        return switch (given) {
            case PLAIN -> graph.name(value);
            case TRANSPOSED -> transposed(graph.name(value), value.type().shape().rank());
        };
    }

    /** The last two dimensions exchanged. */
    String transposed(String value, int rank) {
        List<Long> permutation = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
        Collections.swap(permutation, rank - 2, rank - 1);
        return graph.node("Transpose", List.of(value), Map.of("perm", OnnxAttribute.of(permutation)));
    }

    String batchNormalization(BatchNormalization normalization, Node node) {
        return graph.node("BatchNormalization", names(node).subList(0, 5),
                Map.of("epsilon", OnnxAttribute.real(normalization.epsilon())));
    }

    String layerNormalization(LayerNormalization normalization, Node node) {
        List<String> inputs = new ArrayList<>(names(node));
        if (normalization.scaling() == LayerNormalization.Scaling.NONE) { // the operator wants a scale
            Shape features = normalization.features(node.inputs().getFirst().type().shape());
            inputs.add(ones(features.extents()));
        }
        return graph.node("LayerNormalization", inputs, Map.of("axis", OnnxAttribute.of(-normalization.axes()),
                "epsilon", OnnxAttribute.real(normalization.epsilon())));
    }

    /** Of plain operators, as the operator is younger. */
    String rmsNormalization(RmsNormalization normalization, Node node) {
        String x = graph.name(node.inputs().getFirst());
        String mean = graph.node("ReduceMean", List.of(graph.node("Mul", x, x)),
                Map.of("axes", OnnxAttribute.of(List.of(-1L)), "keepdims", OnnxAttribute.of(1)));
        String root = graph.node("Sqrt", graph.node("Add", mean, graph.real(normalization.epsilon())));
        String normal = graph.node("Div", x, root);
        return switch (normalization.scaling()) {
            case SCALE -> graph.node("Mul", normal, graph.name(node.inputs().get(1)));
            case NONE -> normal;
        };
    }

    /** Groups become the channels of an instance normalisation, as the operator for groups is younger. */
    String groupNormalization(GroupNormalization normalization, Node node) {
        Value x = node.inputs().getFirst();
        long groups = normalization.groups();
        String grouped = graph.node("Reshape", graph.name(x), graph.integers(List.of(0L, groups, -1L)));
        String normalized = graph.node("InstanceNormalization",
                List.of(grouped, ones(groups), graph.reals("zeros_" + groups, List.of(groups),
                        new float[Math.toIntExact(groups)])),
                Map.of("epsilon", OnnxAttribute.real(normalization.epsilon())));
        String y = graph.node("Reshape", normalized, graph.extents(graph.batch().shape(x)));
        return switch (normalization.scaling()) {
            case NONE -> y;
            case SCALE_AND_SHIFT -> graph.node("Add", graph.node("Mul", y, channels(node.inputs().get(1), x)),
                    channels(node.inputs().get(2), x));
        };
    }

    /** A number for each channel in a shape that broadcasts along them. */
    private String channels(Value numbers, Value x) {
        List<Long> shape = new ArrayList<>(Collections.nCopies(x.type().shape().rank() - 1, 1L));
        shape.set(0, -1L);
        return graph.node("Reshape", graph.name(numbers), graph.integers(shape));
    }

    private String ones(long... extents) {
        float[] ones = new float[Math.toIntExact(Shape.of(extents).elements())];
        Arrays.fill(ones, 1);
        return graph.reals("ones_" + Arrays.toString(extents), Arrays.stream(extents).boxed().toList(), ones);
    }
}
