package dev.gatun.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Region;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Convolution;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.reference.CaseBuilder;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which nodes the CPU runs as one; that the numbers stay is for the tests of compiled programs. */
class PatternsTest {
    private final Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
    private final Lowering lowering = device.lower();

    @AfterEach
    void close() {
        lowering.close();
        device.close();
    }

    private static Graph graph(Function<CaseBuilder, Graph> body) {
        return new OpCase("patterns", body, Map.of(), 0).graph(DType.F32);
    }

    private static Graph training(Function<CaseBuilder, Graph> body) {
        return Differentiation.differentiate(graph(body), "loss");
    }

    /** The regions of more than one node. */
    private List<String> fused(Graph graph) {
        List<Region> regions = lowering.regions(graph);
        List<Node> covered = new ArrayList<>();
        regions.forEach(region -> covered.addAll(region.nodes()));
        assertThat(covered).containsExactlyInAnyOrderElementsOf(graph.nodes());
        return regions.stream().filter(region -> region.nodes().size() > 1).map(Region::operation).toList();
    }

    private static Value convolution(CaseBuilder b, String name, Value x) {
        return b.convolution(name, Convolution.square(1, 1), x, x.type().shape().extent(1), 3, 3, false);
    }

    private static Value normalization(CaseBuilder b, String name, Value x) {
        return b.normalization(name, BatchNormalization.standard(), x);
    }

    /** Convolution, normalisation and residual sum, each with a ReLU. */
    private static Graph residual(CaseBuilder b) {
        Value x = b.relu("relu1", convolution(b, "conv1", b.input(2, 3, 4, 4)));
        Value y = b.relu("relu2", normalization(b, "bn", convolution(b, "conv2", x)));
        return b.classify(b.relu("relu3", b.add("add", y, convolution(b, "conv3", y))));
    }

    /** The end of a residual block whose shortcut is normalised too, described before or after the block itself. */
    private static Graph shortcut(CaseBuilder b, long images, String first, String second) {
        Value x = convolution(b, "conv1", b.input(images, 3, 4, 4));
        Value one = normalization(b, first, convolution(b, first + ".conv", x));
        Value other = normalization(b, second, convolution(b, second + ".conv", x));
        return b.classify(b.relu("relu", first.equals("block") ? b.add("add", one, other) : b.add("add", other, one)));
    }

    @Test
    void aResidualBlockEndsInOnePass() {
        for (List<String> names : List.of(List.of("block", "shortcut"), List.of("shortcut", "block"))) {
            assertThat(fused(training(b -> shortcut(b, 8, names.getFirst(), names.getLast()))))
                    .containsExactly("batch_normalization + add + relu");
        }
        assertThat(fused(training(b -> shortcut(b, 7, "block", "shortcut")))).as("so short sums are oneDNN's")
                .containsExactly("add + relu");
        assertThat(fused(Inference.of(graph(b -> shortcut(b, 8, "block", "shortcut")))))
                .containsExactly("add + relu");
    }

    @Test
    void aReluGoesIntoWhatComesBefore() {
        assertThat(fused(training(PatternsTest::residual))).containsExactly(
                "convolution + relu", "batch_normalization + relu", "add + relu",
                "relu_backward + batch_normalization_backward");
    }

    @Test
    void inferenceHasNoGradientsToAgreeWith() {
        assertThat(fused(Inference.of(graph(PatternsTest::residual)))).containsExactly(
                "convolution + relu", "batch_normalization + relu", "add + relu");
    }

    @Test
    void twoGradientsOfAReluAreSummedOnTheWay() {
        assertThat(fused(training(b -> {
            Value stem = b.input(2, 3, 4, 4);
            Value x = b.relu("relu", b.add("add", convolution(b, "a", stem), convolution(b, "b", stem)));
            return b.classify(b.add("sum", convolution(b, "conv", x), x));
        }))).containsExactly("add + relu", "add + relu_backward");
    }

    @Test
    void aFunctionThatKnowsItsSlopeFromItsResultGoesIntoALayer() {
        assertThat(fused(training(b -> b.classify(b.unary("tanh", UnaryFunction.TANH,
                b.linear("fc", b.stem(4, 5), 6, true))))))
                .containsExactly("linear + tanh");
    }

    @Test
    void aFunctionThatKnowsItsSlopeFromItsArgumentDoesNot() {
        Function<CaseBuilder, Graph> body =
                b -> b.classify(b.unary("square", UnaryFunction.SQUARE, b.linear("fc", b.stem(4, 5), 6, true)));
        assertThat(fused(training(body))).isEmpty();
        assertThat(fused(graph(body))).as("without its gradient, nobody reads the argument")
                .containsExactly("linear + square");
    }

    @Test
    void aResultThatIsUsedOrShownBeforeItsReluIsKept() {
        assertThat(fused(training(b -> {
            Value x = convolution(b, "conv1", b.input(2, 3, 4, 4));
            Value y = convolution(b, "conv2", b.add("add", b.relu("relu1", x), x));
            b.graph.output("raw", y);
            return b.classify(b.relu("relu2", y));
        }))).isEmpty();
    }

    @Test
    void aNormalizationWhoseGradientIsNotTheReluAloneKeepsItsResult() {
        assertThat(fused(training(b -> {
            Value y = normalization(b, "bn", convolution(b, "conv", b.input(2, 3, 4, 4)));
            return b.classify(b.add("add", y, b.relu("relu", y)));
        }))).isEmpty();
    }

    @Test
    void twoRelusInARowLoseOne() {
        assertThat(fused(training(b -> b.classify(
                b.relu("relu2", b.relu("relu1", convolution(b, "conv", b.input(2, 3, 4, 4))))))))
                .containsExactly("convolution + relu");
    }

    @Test
    void aRepeatedSummandIsNoSumOfEqualShapes() {
        assertThat(fused(graph(b -> {
            Value bias = b.variable("bias", dev.gatun.graph.Variable.Kind.BIAS, 3, 1, 1);
            return b.classify(b.relu("relu", b.add("add", b.input(2, 3, 4, 4), bias)));
        }))).isEmpty();
    }
}
