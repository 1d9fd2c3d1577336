package dev.gatun.engine;

import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.globalAvgPool;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static dev.gatun.nn.Layers.tanh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.reference.Close;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Convolutions by Winograd's filtering: where they are taken, and that they compute the same. */
@ExtendWith(NoLeaks.class)
class ConvolutionMethodTest {
    private static final CompileOptions OPTIONS =
            CompileOptions.defaults().withLayout(LayoutPolicy.CHANNELS_LAST);

    /** Channels and images beside the tiles' and the vectors' sizes; with bias and without, with ReLU and without. */
    private static Model network() {
        return new Model("convolutions", 9, 11, 6, 4, sequential(conv2d(17, 3).padding(1), relu(),
                conv2d(33, 3).padding(1).withoutBias(), conv2d(20, 3), relu(), conv2d(16, 3).stride(2).padding(1),
                conv2d(12, 1), tanh(), conv2d(16, 3).padding(2), tanh(), globalAvgPool(), flatten(), linear(4)));
    }

    private record Outcome(Map<String, double[]> results, List<String> implementations) {}

    private static Outcome step(Graph graph, String device, int threads, CompileOptions options) {
        Map<String, double[]> results = new LinkedHashMap<>();
        try (Device opened = Backends.open(device, DeviceOptions.defaults().withThreads(threads));
                Program program = Compiler.compile(graph, opened, options);
                Variables variables = program.variables()) {
            variables.initialize(7);
            Networks.fill(program, 3);
            Networks.step(program);
            results.put("loss", new double[] {Networks.loss(program)});
            for (Value value : graph.variables()) {
                float[] values = variables.readGradient(value.name());
                double[] doubles = new double[values.length];
                Arrays.setAll(doubles, i -> values[i]);
                results.put(value.name(), doubles);
            }
            List<String> implementations = new ArrayList<>();
            program.explain().stream().filter(kernel -> kernel.operation().startsWith("convolution"))
                    .forEach(kernel -> implementations.add(kernel.implementation()));
            return new Outcome(results, implementations);
        }
    }

    private static void assertSame(Outcome actual, Outcome expected, double error) {
        expected.results.forEach((name, values) -> {
            double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
            Close.assertWithin(name, actual.results.get(name), values, 1e-7 + error * largest);
        });
    }

    @ParameterizedTest
    @EnumSource(value = ConvolutionMethod.class, names = {"F2", "F4"})
    void aMethodGivesTheReferencesNumbersOnAnyNumberOfThreads(ConvolutionMethod method) {
        Graph graph = Networks.training(network(), 3);
        Outcome expected = step(graph, "reference", 1, CompileOptions.defaults());
        Outcome one = step(graph, "cpu", 1, OPTIONS.withConvolution(method));
        Outcome two = step(graph, "cpu", 2, OPTIONS.withConvolution(method));
        assertSame(one, expected, 2e-5);
        assertSame(two, expected, 2e-5);
        String name = "gatun:winograd_" + (method == ConvolutionMethod.F2 ? "f2" : "f4");
        // Of four convolutions that fit, one stands before a tanh; the gradient of the image is not asked for.
        assertThat(one.implementations).filteredOn(name::equals).hasSize(3 + 3 + 4);
        assertThat(two.implementations).isEqualTo(one.implementations);
    }

    @Test
    void directMeansDirectWhateverWasRecorded() {
        Graph graph = Networks.training(network(), 3);
        Outcome first = step(graph, "cpu", 1, OPTIONS);
        Outcome direct = step(graph, "cpu", 1, OPTIONS.withConvolution(ConvolutionMethod.DIRECT));
        assertThat(direct.implementations).isEqualTo(first.implementations)
                .noneMatch(name -> name.contains("winograd"));
        assertThat(direct.results.get("loss")).isEqualTo(first.results.get("loss"));
    }

    @Test
    void aBlockedLayoutHasOnlyDirectOnes() {
        Outcome blocked = step(Networks.training(network(), 3), "cpu", 1, CompileOptions.defaults()
                .withLayout(LayoutPolicy.BLOCKED).withConvolution(ConvolutionMethod.F4));
        assertThat(blocked.implementations).isNotEmpty().noneMatch(name -> name.contains("winograd"));
    }
}
