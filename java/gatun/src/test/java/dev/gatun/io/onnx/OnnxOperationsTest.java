package dev.gatun.io.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Node;
import dev.gatun.graph.Prediction;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.NamedTensor;
import dev.gatun.io.TensorData;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.ChannelStatistics;
import dev.gatun.op.Op;
import dev.gatun.op.ScatterAdd;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.reference.Close;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.OpCase;
import dev.gatun.reference.OpCases;
import dev.gatun.reference.ReferenceProvider;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ONNX Runtime makes of every operation, beside the reference in double. */
@ExtendWith(NoLeaks.class)
class OnnxOperationsTest {
    @TempDir
    Path folder;

    static List<OpCase> cases() {
        return OpCases.all().stream().filter(opCase -> !scatters(opCase) && !measures(opCase)).toList();
    }

    /** Statistics of a batch, which the training of several ranks makes and no model describes. */
    private static boolean measures(OpCase opCase) {
        return graph(opCase, DType.F32).nodes().stream().anyMatch(node -> node.op() instanceof ChannelStatistics);
    }

    /** The gradient of a gather, which a graph may contain but no model does. */
    private static boolean scatters(OpCase opCase) {
        return graph(opCase, DType.F32).nodes().stream().anyMatch(node -> node.op() instanceof ScatterAdd);
    }

    @Test
    void whatHasNoFormIsNamed() {
        OpCase opCase = OpCases.all().stream().filter(OnnxOperationsTest::scatters).findFirst().orElseThrow();
        Path file = folder.resolve("case.onnx");
        assertThatThrownBy(() -> Onnx.write(file, _ -> graph(opCase, DType.F32), variable -> tensor(variable,
                Objects.requireNonNull(opCase.values().get(variable.name()))), Map.of()))
                .isInstanceOf(OnnxException.class).hasMessageContaining("scatter_add")
                .hasMessageContaining("no form in ONNX");
        assertThat(file).doesNotExist();
    }

    @Test
    void noWeightIsWrittenThatNothingReads() throws IOException {
        List<OpCase> counting = cases().stream().filter(each -> each.values().keySet().stream()
                .anyMatch(name -> name.endsWith("num_batches_tracked"))).toList();
        assertThat(counting).isNotEmpty();
        for (OpCase opCase : counting) {
            Path file = folder.resolve("case.onnx");
            Onnx.write(file, _ -> graph(opCase, DType.F32), variable -> tensor(variable,
                    Objects.requireNonNull(opCase.values().get(variable.name()))), Map.of());
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("running_mean")
                    .doesNotContain("num_batches_tracked");
        }
    }

    @Test
    void aWeightOfAnotherSizeLeavesNoFile() {
        OpCase opCase = cases().stream().filter(each -> !graph(each, DType.F32).variables().isEmpty()).findFirst()
                .orElseThrow();
        Path file = folder.resolve("case.onnx");
        for (int more : new int[] {-1, 1}) {
            assertThatThrownBy(() -> Onnx.write(file, _ -> graph(opCase, DType.F32), variable -> new NamedTensor(
                    variable.name(), TensorType.f32(variable.shape().extents()),
                    TensorData.of(MemorySegment.ofArray(new float[(int) variable.shape().elements() + more]))),
                    Map.of())).isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(more < 0 ? "gives fewer" : "gives more");
            assertThat(file).doesNotExist();
        }
    }

    /** The inference form of a case, up to the scores of its loss. */
    private static Graph graph(OpCase opCase, DType dtype) {
        Graph graph = Inference.of(opCase.graph(dtype));
        Value y = graph.nodes().stream().filter(node -> node.op() instanceof SoftmaxCrossEntropy)
                .map(node -> node.inputs().getFirst()).findFirst().orElseGet(() -> graph.output("loss"));
        return Prediction.of(
                new Graph(graph.inputs(), graph.variables(), graph.nodes(), Map.of("y", y), Map.of()), "y");
    }

    private static NamedTensor tensor(Variable variable, double[] elements) {
        float[] floats = new float[elements.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) elements[i];
        }
        return new NamedTensor(variable.name(), TensorType.f32(variable.shape().extents()),
                MemorySegment.ofArray(floats));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void onnxRuntimeAgrees(OpCase opCase) throws OrtException {
        Map<String, double[]> values = opCase.values();
        Graph graph = graph(opCase, DType.F32);
        Path file = folder.resolve("case.onnx");
        Onnx.write(file, _ -> graph,
                variable -> tensor(variable, Objects.requireNonNull(values.get(variable.name()))), Map.of());
        Map<String, OnnxSession.Tensor> inputs = new LinkedHashMap<>();
        graph.inputs().forEach(input ->
                inputs.put(input.name(), new OnnxSession.Tensor(
                        input.type(), Objects.requireNonNull(values.get(input.name())))));
        double[] expected;
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            expected = GraphRunner.run(graph(opCase, DType.F64), device, values).output("y");
        }
        try (OnnxSession session = new OnnxSession(file)) {
            float[] y = Objects.requireNonNull(session.run(inputs).get("y"));
            double[] actual = new double[y.length];
            for (int i = 0; i < y.length; i++) {
                actual[i] = y[i];
            }
            Close.assertClose("y", actual, expected, opCase.tolerance());
        }
    }

    /** Those of the inference form that no case exports would hide a translation that nobody has tried. */
    @Test
    void everyOperationWithAFormInOnnxHasACase() {
        Set<String> exported = new TreeSet<>();
        for (OpCase opCase : OpCases.all()) {
            graph(opCase, DType.F32).nodes().stream().map(Node::op).map(Op::getClass).map(Class::getSimpleName)
                    .forEach(exported::add);
        }
        assertThat(exported).contains("Unary", "Binary", "Affine", "Cast", "Where", "Reduce", "ArgMax", "OneHot",
                "Gather", "Reshape", "Transpose", "Slice", "Concat", "Pad", "Resample", "Broadcast", "Fill",
                "StopGradient", "Softmax", "Convolution", "ConvolutionBackwardData", "Linear", "MatMul", "Pool",
                "BatchNormalization", "LayerNormalization", "RmsNormalization", "GroupNormalization",
                "ScaledDotProductAttention", "Recurrent");
    }
}
