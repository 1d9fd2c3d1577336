package dev.gatun.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Lowering;
import dev.gatun.backend.Operand;
import dev.gatun.backend.Transfers;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.memory.NoLeaks;
import dev.gatun.op.Convolution;
import dev.gatun.reference.Elements;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies between the layouts that oneDNN chooses and the plain ones. */
@ExtendWith(NoLeaks.class)
class CpuReorderTest {
    /** The layouts of the weight and of the result that a blocked convolution takes. */
    private static List<Stored> chosen(Device device, long channels) {
        TensorType x = TensorType.f32(2, channels, 6, 6);
        TensorType w = TensorType.f32(channels, channels, 3, 3);
        try (Lowering lowering = device.lower()) {
            GraphBuilder graph = new GraphBuilder();
            Node node = graph.node("conv", Convolution.square(1, 1), List.of(graph.input("x", x), graph.input("w", w)));
            KernelPlan plan = lowering.plan(node, KernelRequest.alone(
                    LayoutPolicy.BLOCKED, Operand.of(x, Layout.channelsLast(x.shape())), new Operand(w, null)));
            return List.of(plan.inputs().get(1), plan.outputs().getFirst());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {3, 8, 17, 24})
    void everyPairKeepsTheElementsAndZeroesThePadding(long channels) {
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1)); Arena arena =
                Arena.ofConfined()) {
            for (Stored blocked : chosen(device, channels)) {
                TensorType type = blocked.type();
                double[] values = new double[Math.toIntExact(type.shape().elements())];
                Arrays.setAll(values, i -> i + 1);
                List<Layout> layouts = List.of(Layout.rowMajor(type.shape()), Layout.channelsLast(type.shape()),
                        blocked.layout());
                for (Layout from : layouts) {
                    MemorySegment source = arena.allocate(Stored.of(type, from).bytes(), 64);
                    Elements.write(source, Stored.of(type, from), values);
                    for (Layout to : layouts) {
                        Stored target = Stored.of(type, to);
                        MemorySegment memory = arena.allocate(target.bytes(), 64).fill((byte) -1);
                        device.reorder(type, Transfers.borrowed(source), from, Transfers.borrowed(memory), to);
                        assertThat(Elements.read(memory, target)).as("%s from %s to %s", type, from, to)
                                .isEqualTo(values);
                        assertThat(sum(memory, target)).as("%s from %s to %s", type, from, to)
                                .isEqualTo(Arrays.stream(values).sum());
                    }
                }
            }
        }
    }

    /** The sum over all memory: the elements' own sum when the padding is zero. */
    private static double sum(MemorySegment memory, Stored stored) {
        return Arrays.stream(Elements.read(memory,
                Stored.rowMajor(stored.type().withShape(Shape.of(stored.elements()))))).sum();
    }

    @Test
    void blocksOfChannelsAreWrittenInOnednnsLetters() {
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1))) {
            Stored image = chosen(device, 17).getLast();
            assertThat(image.layout().toString()).matches("aBcd(8|16)b");
            assertThat(image.layout().paddedExtents()[1]).isIn(24L, 32L);
            assertThat(image.bytes()).isEqualTo(2 * image.layout().paddedExtents()[1] * 6 * 6 * Float.BYTES);
        }
    }
}
