package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Unary;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.TensorType;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** A program of no examples is refused before anything is planned. */
@ExtendWith(NoLeaks.class)
class EmptyBatchTest {
    @ParameterizedTest
    @OnEachDevice
    void aBatchOfNoExamplesIsRefused(String name) {
        GraphBuilder graph = new GraphBuilder();
        Value x = graph.input("x", TensorType.f32(0, 3));
        graph.output("y", graph.apply("relu", new Unary(UnaryFunction.RELU), x));
        try (Device device = TestDevices.open(name)) {
            assertThatThrownBy(() -> Compiler.compile(graph.build(), device, CompileOptions.defaults()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("input x (0x3) has no elements: compile for a batch of one example at least");
        }
    }
}
