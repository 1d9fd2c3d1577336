package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.nn.Functions;
import dev.gatun.shape.DType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Layers, functions and losses against PyTorch 2.13.0, whose figures in float64 the {@link Script}s write: results,
 * and the gradients of {@code sum(result * diff)} by every floating-point input and variable. On the reference in
 * double, and on the CPU in f32.
 */
@ExtendWith(NoLeaks.class)
class PyTorchOperationsTest {
    static List<Arguments> cases() {
        return Arrays.stream(Script.values()).flatMap(script ->
                script.bodies().keySet().stream().map(name -> Arguments.of(script, name))).toList();
    }

    @ParameterizedTest
    @EnumSource
    void everyCaseOfTheScriptIsTried(Script script) throws IOException {
        assertThat(script.figures().keySet()).isEqualTo(script.bodies().keySet());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theReferenceGivesPyTorchsFigures(Script script, String name) throws IOException {
        compare(script, name, DType.F64, "reference", 1e-12);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theCpuGivesPyTorchsFigures(Script script, String name) throws IOException {
        compare(script, name, DType.F32, "cpu", 2e-5);
    }

    private static void compare(Script script, String name, DType dtype, String backend, double tolerance)
            throws IOException {
        Map<String, Figures.Tensor> figures = Objects.requireNonNull(script.figures().get(name));
        GraphBuilder graph = new GraphBuilder();
        List<Value> inputs = new ArrayList<>();
        Map<String, double[]> given = new LinkedHashMap<>();
        figures.forEach((role, tensor) -> {
            if (role.startsWith("variable:")) {
                given.put("y." + role.substring("variable:".length()), tensor.values());
            }
            if (role.startsWith("input") || role.equals("diff")) {
                given.put(role, tensor.values());
                Value value = graph.input(role, tensor.type().dtype().isFloating()
                        ? tensor.type().withDtype(dtype) : tensor.type());
                if (role.startsWith("input")) {
                    inputs.add(value);
                }
            }
        });
        Value y = Objects.requireNonNull(script.bodies().get(name)).apply(graph, inputs);
        Value diff = graph.build().input("diff");
        Value loss = Functions.sum(graph, "loss", Functions.multiply(graph, "product", y, diff));
        List<Value> floating = new ArrayList<>(inputs);
        floating.removeIf(value -> !value.type().dtype().isFloating());
        for (Value variable : graph.build().variables()) {
            if (variable.isParameter()) {
                floating.add(variable);
            } else {
                given.put(variable.name(), start(Objects.requireNonNull(variable.variable())));
            }
        }
        List<Value> gradients = Differentiation.gradients(graph, loss, floating);
        try (Device device = Backends.open(backend, DeviceOptions.defaults().withThreads(1))) {
            GraphRunner.Result result = GraphRunner.run(graph.build(), device, given);
            check("output", figures, result.of(y), tolerance);
            for (int i = 0; i < floating.size(); i++) {
                check(role(floating.get(i)), figures, result.of(gradients.get(i)), tolerance);
            }
        }
    }

    /** Running statistics as they begin. */
    private static double[] start(Variable buffer) {
        float[] values = new float[Math.toIntExact(buffer.shape().elements())];
        buffer.initializer().fill(values, buffer.shape(), new SplittableRandom(0));
        double[] start = new double[values.length];
        Arrays.setAll(start, i -> values[i]);
        return start;
    }

    private static String role(Value value) {
        return value.isParameter() ? "gradient:" + value.name().substring("y.".length())
                : value.name().replace("input", "gradient");
    }

    private static void check(String role, Map<String, Figures.Tensor> figures, double[] actual, double tolerance) {
        Close.assertClose(role, actual, Objects.requireNonNull(figures.get(role), role).values(), tolerance);
    }
}
