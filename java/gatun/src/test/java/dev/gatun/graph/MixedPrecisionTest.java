package dev.gatun.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.nn.Layers;
import dev.gatun.nn.MultiHeadAttention;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Cast;
import dev.gatun.op.Convolution;
import dev.gatun.op.Linear;
import dev.gatun.op.MatMul;
import dev.gatun.op.Op;
import dev.gatun.op.Reduce;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.Unary;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MixedPrecisionTest {
    private static final PrecisionPolicy BF16 = PrecisionPolicy.of(Precision.BF16);

    /** Convolution, normalisation, ReLU, residual sum, classification. */
    private static Graph network() {
        Models models = new Models();
        Value x = models.images(2, 3, 4, 5);
        Value y = models.convolution("conv", x);
        y = models.graph.apply("relu", new Unary(UnaryFunction.RELU), models.normalization("bn", y));
        return models.classify(models.add(y, models.convolution("second", y)));
    }

    private static Node node(Graph graph, Class<? extends Op> op, String name) {
        return graph.nodes().stream().filter(node -> op.isInstance(node.op()) && node.name().equals(name)).findFirst()
                .orElseThrow();
    }

    private static List<DType> inputs(Node node) {
        return node.inputTypes().stream().map(type -> type.dtype()).toList();
    }

    @Test
    void layersMultiplyInSixteenBitsAndTheRestStaysInF32() {
        Graph graph = MixedPrecision.of(network(), BF16);
        assertThat(inputs(node(graph, Convolution.class, "conv"))).containsOnly(DType.BF16);
        assertThat(inputs(node(graph, Linear.class, "head"))).containsOnly(DType.BF16);
        assertThat(inputs(node(graph, BatchNormalization.class, "bn"))).startsWith(DType.BF16, DType.F32)
                .containsOnlyOnce(DType.BF16);
        assertThat(node(graph, Unary.class, "relu").output().type().dtype()).isEqualTo(DType.BF16);
        assertThat(inputs(node(graph, SoftmaxCrossEntropy.class, "loss"))).containsExactly(DType.F32, DType.I32);
        assertThat(graph.variables()).extracting(value -> value.type().dtype()).containsOnly(DType.F32);
        assertThat(graph.outputs().values()).extracting(value -> value.type().dtype()).containsOnly(DType.F32);
    }

    @Test
    void everyGradientOfAParameterIsInF32AndEveryVariableIsCastOnce() {
        Graph training = Differentiation.differentiate(MixedPrecision.of(network(), BF16), "loss");
        assertThat(training.gradients()).hasSize(5);
        assertThat(training.gradients().values()).extracting(value -> value.type().dtype()).containsOnly(DType.F32);
        assertThat(training.nodes().stream().filter(node -> node.op() instanceof Cast)
                .map(node -> node.inputs().getFirst()).filter(value -> value.variable() != null).map(Value::name))
                .containsExactlyInAnyOrder("conv.weight", "second.weight", "head.weight");
        assertThat(training.nodes().stream().filter(node -> node.op().name().endsWith("backward_weights")))
                .allSatisfy(node -> assertThat(node.output().type().dtype()).isEqualTo(DType.F32))
                .allSatisfy(node -> assertThat(inputs(node)).containsOnly(DType.BF16));
    }

    @Test
    void theGradientByACastWeightIsNotRounded() {
        Models models = new Models();
        Value weight = models.variable("weight", Variable.Kind.WEIGHT, 4, 3);
        Value product = models.graph.apply("product", MatMul.plain(), models.rows(2, 4), weight);
        models.graph.output("loss", models.graph.apply("mean", Reduce.all(Reduction.MEAN, 2), product));
        Graph training = Differentiation.differentiate(MixedPrecision.of(models.graph.build(), BF16), "loss");
        Node gradient = training.producers().get(training.gradients().values().iterator().next());
        assertThat(gradient).isNotNull();
        Objects.requireNonNull(gradient);
        assertThat(gradient.op()).isInstanceOfSatisfying(MatMul.class,
                op -> assertThat(op.result()).isEqualTo(MatMul.Result.ACCUMULATED));
        assertThat(inputs(gradient)).containsOnly(DType.BF16);
    }

    @Test
    void exceptionsComputeInF32() {
        Graph graph = MixedPrecision.of(network(), BF16.except("conv", "he*"));
        assertThat(inputs(node(graph, Convolution.class, "conv"))).containsOnly(DType.F32);
        assertThat(inputs(node(graph, Convolution.class, "second"))).containsOnly(DType.BF16);
        assertThat(inputs(node(graph, Linear.class, "head"))).containsOnly(DType.F32);
    }

    /** A layer of several operations has its name before theirs: its own name means all of them. */
    @Test
    void anExceptionMeansAllOfALayer() {
        GraphBuilder builder = new GraphBuilder();
        Value x = builder.input("x", TensorType.f32(2, 3, 8));
        Value attended = new MultiHeadAttention(2, MultiHeadAttention.Mask.NONE).apply(builder, "block.attention", x);
        builder.output("y", Layers.linear(4).apply(builder, "block.attention2", attended));
        for (String exception : List.of("block.attention", "*.attention")) {
            Graph graph = MixedPrecision.of(builder.build(), BF16.except(exception));
            assertThat(graph.nodes()).filteredOn(node -> node.name().startsWith("block.attention."))
                    .filteredOn(node -> !(node.op() instanceof Cast)).isNotEmpty()
                    .allSatisfy(node -> assertThat(inputs(node)).containsOnly(DType.F32));
            assertThat(graph.nodes()).filteredOn(node -> node.op() instanceof Linear
                            && node.name().startsWith("block.attention2")).singleElement()
                    .satisfies(node -> assertThat(inputs(node)).contains(DType.BF16));
        }
        assertThat(MixedPrecision.of(builder.build(), BF16).nodes()).filteredOn(node ->
                node.name().equals("block.attention.in_proj") && node.op() instanceof Linear).singleElement()
                .satisfies(node -> assertThat(inputs(node)).contains(DType.BF16));
    }

    @Test
    void whatMeansNothingIsRefused() {
        assertThatThrownBy(() -> MixedPrecision.of(network(), BF16.except("conv", "fc")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                "no layer is named \"fc\", which should compute in f32: the layers are add, bn, conv, flatten, head,"
                        + " loss, relu, second");
        assertThatThrownBy(() -> BF16.except(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PrecisionPolicy.F32.except("conv")).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("exceptions [conv] from f32 mean nothing: exceptions compute in f32");
        assertThatThrownBy(() -> new Cast(DType.I32)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cast: to a floating-point type only, not to i32");
    }

    @Test
    void f32ChangesNothing() {
        Graph graph = network();
        assertThat(MixedPrecision.of(graph, PrecisionPolicy.F32)).isSameAs(graph);
    }
}
