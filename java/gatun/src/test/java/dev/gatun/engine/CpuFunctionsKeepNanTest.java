package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Unary;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.reference.GraphRunner;
import dev.gatun.reference.ScalarFunctions;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not a number stays visible: no function of the CPU turns NaN into a number. */
@ExtendWith(NoLeaks.class)
class CpuFunctionsKeepNanTest {
    static List<ScalarFunction> functions() {
        return ScalarFunctions.all();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void everyFunctionKeepsNaN(ScalarFunction function) {
        GraphBuilder graph = new GraphBuilder();
        Value x = graph.input("x", TensorType.f32(20)); // a vector register and a rest
        graph.output("y", graph.apply("y", new Unary(function), x));
        double[] values = new double[20];
        Arrays.fill(values, 0.5);
        values[3] = Double.NaN;
        values[19] = Double.NaN;
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1))) {
            double[] y = GraphRunner.run(graph.build(), device, Map.of("x", values)).output("y");
            for (int i = 0; i < y.length; i++) {
                assertThat(Double.isNaN(y[i])).as("element %d: %s", i, y[i]).isEqualTo(Double.isNaN(values[i]));
            }
        }
    }
}
