package dev.gatun.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.memory.NoLeaks;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

/** What a network takes as the values of its inputs. */
@ExtendWith(NoLeaks.class)
class NetworkInputsTest {
    private static void describe(GraphBuilder graph) {
        graph.output("floats", graph.input("x", TensorType.f32(2, 2)));
        graph.input("bytes", new TensorType(DType.U8, Shape.of(2, 2)));
        graph.input("labels", TensorType.i32(2));
    }

    @ParameterizedTest
    @OnEachDevice
    void arraysAndMemoryOfAnyTypeAreTaken(String backend) {
        try (Device device = TestDevices.open(backend); Network network = Network.inference(device,
                NetworkInputsTest::describe)) {
            network.set("x", 1, 2.5f, 3, 4).set("labels", 7, 8)
                    .set("bytes", MemorySegment.ofArray(new byte[] {1, 2, 3, (byte) 200})).forward();
            assertThat(network.read("floats")).containsExactly(1, 2.5f, 3, 4);
            assertThat(Transfers.bytes(device, network.program().input("bytes"))).startsWith(1, 2, 3, 200);
            assertThat(Transfers.bytes(device, network.program().input("labels"))).startsWith(7, 0, 0, 0, 8, 0, 0, 0);
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void whatDoesNotFitIsRefusedInOneLine(String backend) {
        try (Device device = TestDevices.open(backend); Network network = Network.inference(device,
                NetworkInputsTest::describe)) {
            assertThatIllegalArgumentException().isThrownBy(() -> network.set("x", 1, 2, 3, 4))
                    .withMessage("input \"x\" takes f32(2x2), got i32(4): a MemorySegment sets an input of any type");
            assertThatIllegalArgumentException().isThrownBy(() -> network.set("bytes", 1f))
                    .withMessage("input \"bytes\" takes u8(2x2), got f32(1):"
                            + " a MemorySegment sets an input of any type");
            assertThatIllegalArgumentException().isThrownBy(() -> network.set("x", 1f, 2f))
                    .withMessage("input \"x\" takes f32(2x2), got f32(2)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.set("bytes", MemorySegment.ofArray(new byte[3])))
                    .withMessage("input \"bytes\" takes u8(2x2), which is 4 bytes, got 3");
            assertThatIllegalArgumentException().isThrownBy(() -> network.set("y", 1f))
                    .withMessageContaining("there is no input \"y\"");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    @SuppressWarnings({"DataFlowIssue", "NullAway"}) // what code without null checks does
    void nullIsRefusedInOneLine(String backend) {
        try (Device device = TestDevices.open(backend); Network network = Network.inference(device,
                NetworkInputsTest::describe)) {
            assertThatIllegalArgumentException().isThrownBy(() -> network.set("x", (float[]) null))
                    .withMessage("input \"x\" takes f32(2x2), got null");
            assertThatIllegalArgumentException().isThrownBy(() -> network.set("labels", (int[]) null))
                    .withMessage("input \"labels\" takes i32(2), got null");
            assertThatIllegalArgumentException().isThrownBy(() -> network.set("bytes", (MemorySegment) null))
                    .withMessage("input \"bytes\" takes u8(2x2), got null");
        }
    }
}
