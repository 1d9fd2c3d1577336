package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of gradients against central differences of a scalar that is made of gradients, in double. */
@ExtendWith(NoLeaks.class)
class SecondDerivativesTest {
    private static final double STEP = 1e-5;
    private static final int ELEMENTS = 6; // of each parameter

    /** With inputs of 1e4 no step is small. */
    static List<OpCase> smoothCases() {
        return OpCases.all().stream()
                .filter(opCase -> opCase.isTwiceDifferentiable() && !opCase.name().contains("extreme")).toList();
    }

    static List<OpCase> otherCases() {
        return OpCases.all().stream().filter(opCase -> !opCase.isTwiceDifferentiable()).toList();
    }

    @ParameterizedTest
    @MethodSource("smoothCases")
    void secondDerivativesAreDifferencesOfFirstOnes(OpCase opCase) {
        Graph graph = opCase.penalty(DType.F64);
        Graph second = Differentiation.differentiate(graph, "penalty");
        Map<String, double[]> values = opCase.values();
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults());
                GraphRunner penalties = new GraphRunner(graph, device)) {
            values.forEach(penalties::set);
            penalties.run();
            double penalty = penalties.get(graph.output("penalty"))[0];
            assertThat(penalty).isPositive();
            GraphRunner.Result result = GraphRunner.run(second, device, values);
            for (Value parameter : graph.variables().stream().filter(Value::isParameter).toList()) {
                double[] elements = result.variable(parameter.name());
                boolean flat = second.gradients().keySet().stream()
                        .noneMatch(key -> key.name().equals(parameter.name()));
                double[] gradient = flat ? new double[elements.length] : result.gradient(parameter.name());
                for (int i = 0; i < elements.length; i += 1 + elements.length / ELEMENTS) {
                    double difference = difference(penalties, graph, parameter.name(), elements, i);
                    double tolerance = 2e-6 * Math.max(1, Math.max(Math.abs(penalty), Math.abs(difference)));
                    assertThat(gradient[i]).as("%s[%d]", parameter.name(), i).isCloseTo(difference, within(tolerance));
                }
            }
        }
    }

    private static double difference(GraphRunner runner, Graph graph, String name, double[] elements, int i) {
        double[] moved = elements.clone();
        moved[i] = elements[i] + STEP;
        double above = penalty(runner, graph, name, moved);
        moved[i] = elements[i] - STEP;
        double below = penalty(runner, graph, name, moved);
        runner.set(name, elements);
        return (above - below) / (2 * STEP);
    }

    private static double penalty(GraphRunner runner, Graph graph, String name, double[] elements) {
        runner.set(name, elements);
        runner.run();
        return runner.get(graph.output("penalty"))[0];
    }

    /** Where the loss is curved at all, a second derivative is not zero. */
    @Test
    void someSecondDerivativesAreNotZero() {
        long curved = smoothCases().stream().filter(SecondDerivativesTest::isCurved).count();
        assertThat(curved).isGreaterThan(smoothCases().size() / 2);
    }

    private static boolean isCurved(OpCase opCase) {
        Graph second = Differentiation.differentiate(opCase.penalty(DType.F64), "penalty");
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            GraphRunner.Result result = GraphRunner.run(second, device, opCase.values());
            return second.gradients().values().stream()
                    .anyMatch(gradient -> Arrays.stream(result.of(gradient)).anyMatch(value -> value != 0));
        }
    }

    @ParameterizedTest
    @MethodSource("otherCases")
    void whatHasNoSecondDerivativeSaysSoAndWhere(OpCase opCase) {
        Graph graph = opCase.penalty(DType.F64);
        assertThatThrownBy(() -> Differentiation.differentiate(graph, "penalty"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "node \\S+: (batch_normalization|layer_normalization|group_normalization|max_pool|lstm"
                                + "|gru|attention)_backward has no derivative,"
                                + " so that the loss has no second derivative through it");
    }

    /** The derivative of x^3 is 3 x^2, the next 6 x, the next 6. */
    @Test
    void theThirdDerivativeOfACube() {
        CaseBuilder builder = new CaseBuilder(DType.F64);
        Value x = builder.variable("x", Variable.Kind.WEIGHT);
        Value cube = builder.binary("cube", BinaryFunction.MULTIPLY, builder.unary("square", UnaryFunction.SQUARE, x),
                x);
        Value first = Differentiation.gradients(builder.graph, cube, List.of(x)).getFirst();
        Value second = Differentiation.gradients(builder.graph, first, List.of(x)).getFirst();
        Value third = Differentiation.gradients(builder.graph, second, List.of(x)).getFirst();
        builder.graph.output("first", first);
        builder.graph.output("second", second);
        builder.graph.output("third", third);
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            GraphRunner.Result result = GraphRunner.run(builder.graph.build(), device, Map.of("x", new double[] {5}));
            assertThat(result.output("first")).containsExactly(75);
            assertThat(result.output("second")).containsExactly(30);
            assertThat(result.output("third")).containsExactly(6);
        }
    }

    @Test
    void whatHasNoInfluenceHasAGradientOfZeros() {
        CaseBuilder builder = new CaseBuilder(DType.F64);
        Value x = builder.variable("x", Variable.Kind.WEIGHT);
        Value y = builder.variable("y", Variable.Kind.WEIGHT, 3);
        builder.graph.output("dy", Differentiation.gradients(builder.graph, x, List.of(y)).getFirst());
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            Map<String, double[]> values = Map.of("x", new double[] {5}, "y", new double[] {1, 2, 3});
            assertThat(GraphRunner.run(builder.graph.build(), device, values).output("dy")).containsExactly(0, 0, 0);
        }
    }
}
