package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Fusion;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Dropout;
import dev.gatun.shape.DType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rewritten graphs compute what the original computes. */
@ExtendWith(NoLeaks.class)
class FusedNumbersTest {
    private final Device device = new ReferenceProvider().open(DeviceOptions.defaults());

    @AfterEach
    void close() {
        device.close();
    }

    static List<OpCase> cases() {
        return OpCases.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void fusionChangesNoResultAndNoGradient(OpCase opCase) {
        Graph graph = opCase.graph(DType.F64);
        Graph fused = Fusion.fuse(graph);
        assertThat(fused.nodes().size()).isLessThanOrEqualTo(graph.nodes().size());
        GraphRunner.Result expected =
                GraphRunner.run(Differentiation.differentiate(graph, "loss"), device, opCase.values());
        GraphRunner.Result actual =
                GraphRunner.run(Differentiation.differentiate(fused, "loss"), device, opCase.values());
        for (String output : graph.outputs().keySet()) {
            Close.assertClose(output, actual.output(output), expected.output(output), 1e-13);
        }
        for (Value variable : graph.variables()) {
            String name = variable.name();
            Close.assertClose(name, actual.variable(name), expected.variable(name), 1e-13);
            if (variable.isParameter()) {
                Close.assertClose("gradient of " + name, actual.gradient(name), expected.gradient(name), 1e-13);
            }
        }
    }

    @Test
    void aResidualBlockLosesItsRelus() {
        OpCase block = OpCases.all().stream().filter(c -> c.name().equals("residual block")).findFirst().orElseThrow();
        Graph graph = block.graph(DType.F32);
        assertThat(graph.nodes()).hasSize(15);
        assertThat(Fusion.fuse(graph).nodes()).hasSize(11); // three ReLUs and the flattening are gone
    }

    /** In inference, x is normalised by the running statistics and dropout does nothing. */
    @Test
    void inferenceUsesRunningStatisticsAndNoDropout() {
        CaseBuilder builder = new CaseBuilder(DType.F64);
        Value x = builder.normalization("bn", BatchNormalization.standard(), builder.input(2, 2));
        builder.graph.output("y", builder.graph.apply("drop", new Dropout(0.5, 0), x));
        Graph graph = builder.graph.build();
        Map<String, double[]> values = new HashMap<>();
        values.put("x", new double[] {1, 2, 3, 4});
        values.put("bn.weight", new double[] {2, 1});
        values.put("bn.bias", new double[] {0, 10});
        values.put("bn.running_mean", new double[] {1, 0});
        values.put("bn.running_var", new double[] {4 - 1e-5, 1 - 1e-5});
        assertThat(GraphRunner.run(Inference.of(graph), device, values).output("y"))
                .containsExactly(new double[] {0, 12, 2, 14}, within(1e-12));
        assertThat(GraphRunner.run(graph, device, values).output("y")).isNotEqualTo(new double[] {0, 12, 2, 14});
    }

    /** A linear layer on images, as fusion makes it, after global pooling: extents of one. */
    @Test
    void aFlatteningAfterGlobalPoolingGoesToo() {
        CaseBuilder builder = new CaseBuilder(DType.F64);
        Graph graph = builder.classify(builder.globalPool("pool", builder.stem(2, 4, 3, 3)));
        assertThat(Fusion.fuse(graph).nodes()).extracting(node -> node.op().name())
                .containsExactly("convolution", "average_pool", "linear", "softmax_cross_entropy");
    }
}
