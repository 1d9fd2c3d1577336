package dev.gatun.reference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.NoLeaks;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Copies between every two of some layouts of one shape. */
@ExtendWith(NoLeaks.class)
class ReorderTest {
    private static final Shape SHAPE = Shape.of(3, 5, 2, 4);

    /** Row-major, channels-last, channels in blocks of 4 and 16, and weights in nested blocks. */
    private static final List<Layout> LAYOUTS = List.of(
            Layout.rowMajor(SHAPE),
            Layout.channelsLast(SHAPE),
            Layout.blocked(new long[] {64, 32, 16, 4}, new long[] {3, 8, 2, 4}, new int[] {4}, new int[] {1}),
            Layout.blocked(new long[] {128, 128, 64, 16}, new long[] {3, 16, 2, 4}, new int[] {16}, new int[] {1}),
            Layout.blocked(new long[] {256, 128, 64, 16}, new long[] {4, 8, 2, 4}, new int[] {2, 4, 2},
                    new int[] {1, 0, 1}));

    @Test
    void everyPairKeepsTheElementsAndZeroesThePadding() {
        for (DType dtype : List.of(DType.F32, DType.F64, DType.U8)) {
            TensorType type = new TensorType(dtype, SHAPE);
            double[] values = new double[Math.toIntExact(SHAPE.elements())];
            Arrays.setAll(values, i -> i + 1);
            try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
                for (Layout from : LAYOUTS) {
                    MemorySegment source = memory(type, from);
                    Elements.write(source, Stored.of(type, from), values);
                    for (Layout to : LAYOUTS) {
                        MemorySegment target = memory(type, to).fill((byte) -1);
                        device.reorder(type, Transfers.borrowed(source), from, Transfers.borrowed(target), to);
                        assertThat(Elements.read(target, Stored.of(type, to))).as("%s to %s", from, to)
                                .isEqualTo(values);
                        assertThat(sum(target, type, to)).as("%s to %s", from, to)
                                .isEqualTo(Arrays.stream(values).sum());
                    }
                }
            }
        }
    }

    /** The sum over all memory: the elements' own sum when the padding is zero. */
    private static double sum(MemorySegment memory, TensorType type, Layout layout) {
        TensorType all = type.withShape(Shape.of(layout.physicalElements()));
        return Arrays.stream(Elements.read(memory, Stored.rowMajor(all))).sum();
    }

    private static MemorySegment memory(TensorType type, Layout layout) {
        return MemorySegment.ofArray(new byte[Math.toIntExact(Stored.of(type, layout).bytes())]);
    }

    @Test
    void memoryTooSmallIsRefused() {
        TensorType type = TensorType.f32(3, 5, 2, 4);
        try (Device device = new ReferenceProvider().open(DeviceOptions.defaults())) {
            assertThatThrownBy(() -> device.reorder(type,
                    Transfers.borrowed(MemorySegment.ofArray(new float[120])), LAYOUTS.get(0),
                    Transfers.borrowed(MemorySegment.ofArray(new float[120])), LAYOUTS.get(2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the target needs 768 bytes, got 480");
        }
    }
}
