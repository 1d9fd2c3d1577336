package dev.gatun.reference;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Inference;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Layers;
import dev.gatun.shape.DType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What instance normalisation does to its running statistics, and evaluation by them, against PyTorch 2.13.0. */
@ExtendWith(NoLeaks.class)
class InstanceStatisticsTest {
    @ParameterizedTest
    @CsvSource({"1d, reference, F64, 1e-12", "2d, reference, F64, 1e-12", "3d, reference, F64, 1e-12",
            "1d, cpu, F32, 1e-6", "2d, cpu, F32, 1e-6", "3d, cpu, F32, 1e-6"})
    void runningStatisticsFollowAndEvaluate(String images, String backend, DType dtype, double tolerance)
            throws IOException {
        Map<String, Figures.Tensor> figures =
                requireNonNull(Script.SPATIAL.figures().get("instance_norm_" + images + "_tracked"));
        GraphBuilder builder = new GraphBuilder();
        Figures.Tensor x = figure(figures, "input0");
        Value y = Layers.instanceNorm().withAffine().tracked(0.25)
                .apply(builder, "y", builder.input("x", x.type().withDtype(dtype)));
        builder.output("loss", Functions.sum(builder, "loss", y));
        builder.output("y", y);
        Graph graph = builder.build();
        Map<String, double[]> given = new LinkedHashMap<>();
        given.put("x", x.values());
        given.put("y.weight", figure(figures, "variable:weight").values());
        given.put("y.bias", figure(figures, "variable:bias").values());
        given.put("y.running_mean", new double[] {0, 0, 0});
        given.put("y.running_var", new double[] {1, 1, 1});
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1))) {
            GraphRunner.Result trained = GraphRunner.run(Differentiation.differentiate(graph, "loss"), device, given);
            for (String name : List.of("running_mean", "running_var")) {
                double[] followed = trained.variable("y." + name);
                Close.assertClose(name, followed, figure(figures, name).values(), tolerance);
                given.put("y." + name, followed);
            }
            double[] evaluated = GraphRunner.run(Inference.of(graph), device, given).output("y");
            Close.assertClose("evaluated", evaluated, figure(figures, "evaluated").values(), 10 * tolerance);
            assertThat(evaluated).isNotEqualTo(trained.output("y"));
        }
    }

    private static Figures.Tensor figure(Map<String, Figures.Tensor> figures, String part) {
        return requireNonNull(figures.get(part), part);
    }
}
