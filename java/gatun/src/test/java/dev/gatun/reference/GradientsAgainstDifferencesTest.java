package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.shape.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every gradient against central differences of the loss, in double. */
@ExtendWith(NoLeaks.class)
class GradientsAgainstDifferencesTest {
    private static final double STEP = 1e-5;

    static List<OpCase> cases() {
        return OpCases.all();
    }

    /** With inputs of 1e4 no step is small: PyTorch's figures stand for that case. */
    static List<OpCase> smoothCases() {
        return OpCases.all().stream().filter(opCase -> !opCase.name().contains("extreme")).toList();
    }

    @ParameterizedTest
    @MethodSource("smoothCases")
    void gradientsAreDifferencesOfTheLoss(OpCase opCase) {
        Graph graph = opCase.graph(DType.F64);
        Map<String, double[]> values = opCase.values();
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults());
                GraphRunner losses = new GraphRunner(graph, device)) {
            GraphRunner.Result result =
                    GraphRunner.run(Differentiation.differentiate(graph, "loss"), device, values);
            values.forEach(losses::set);
            losses.run();
            double loss = losses.get(graph.output("loss"))[0];
            assertThat(result.output("loss")).containsExactly(loss);
            for (Value parameter : graph.variables().stream().filter(Value::isParameter).toList()) {
                double[] elements = result.variable(parameter.name());
                double[] gradient = result.gradient(parameter.name());
                assertThat(gradient).as(parameter.name()).hasSameSizeAs(elements);
                for (int i = 0; i < elements.length; i += 1 + elements.length / 40) {
                    double difference = difference(losses, graph, parameter.name(), elements, i);
                    double tolerance = 1e-7 * Math.max(1, Math.max(Math.abs(loss), Math.abs(difference)));
                    assertThat(gradient[i]).as("%s[%d]", parameter.name(), i).isCloseTo(difference, within(tolerance));
                }
            }
        }
    }

    private static double difference(GraphRunner losses, Graph graph, String name, double[] elements, int i) {
        double[] moved = elements.clone();
        moved[i] = elements[i] + STEP;
        double above = loss(losses, graph, name, moved);
        moved[i] = elements[i] - STEP;
        double below = loss(losses, graph, name, moved);
        losses.set(name, elements);
        return (above - below) / (2 * STEP);
    }

    private static double loss(GraphRunner losses, Graph graph, String name, double[] elements) {
        losses.set(name, elements);
        losses.run();
        return losses.get(graph.output("loss"))[0];
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsAreNotAllZero(OpCase opCase) {
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            GraphRunner.Result result = GraphRunner.run(
                    Differentiation.differentiate(opCase.graph(DType.F64), "loss"), device, opCase.values());
            for (Value parameter : result.graph().gradients().keySet()) {
                assertThat(Arrays.stream(result.gradient(parameter.name())).anyMatch(value -> value != 0))
                        .as("some gradient of %s", parameter.name()).isTrue();
            }
        }
    }
}
