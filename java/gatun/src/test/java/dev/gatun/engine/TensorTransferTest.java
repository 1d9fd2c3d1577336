package dev.gatun.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

@ExtendWith(NoLeaks.class)
class TensorTransferTest {
    private static final TensorType TYPE = TensorType.f32(20, 19, 3, 5);

    /** {@code ABcd8b4a}: both dimensions in blocks that do not divide the second. */
    private static final Layout BLOCKED = Layout.blocked(
            new long[] {1440, 480, 160, 32}, new long[] {20, 24, 3, 5}, new int[] {8, 4}, new int[] {1, 0});

    private static final Map<String, Layout> LAYOUTS = Map.of(
            "row-major", Layout.rowMajor(TYPE.shape()), "channels-last", Layout.channelsLast(TYPE.shape()), "blocked",
            BLOCKED);

    private static Device device(String name) {
        return Backends.open(name, DeviceOptions.defaults().withThreads(1));
    }

    /** On oneDNN only where pieces are cut: it takes no blocked layout as a whole that it did not choose itself. */
    @ParameterizedTest
    @OnEachDevice(value = {"blocked | 1000", "channels-last | 400", "row-major | 4000"},
            moreOnTheCpu = {"blocked | 64", "blocked | 9000", "channels-last | 100000"},
            moreElsewhere = {"blocked | 4", "blocked | 100000", "channels-last | 52", "row-major | 23"})
    void whatIsWrittenLiesInItsPlaceAndIsReadBack(String backend, String layout, long stagingBytes) {
        Stored stored = Stored.of(TYPE, Objects.requireNonNull(LAYOUTS.get(layout)));
        try (Device device = device(backend);
                TensorTransfer transfer = new TensorTransfer(device, stagingBytes);
                Buffer memory = device.allocate(Role.PARAMETERS, "test", stored.bytes())) {
            int elements = (int) TYPE.shape().elements();
            long[] next = new long[1];
            transfer.write(stored, memory, (offset, piece) -> {
                assertThat(offset).isEqualTo(next[0]);
                assertThat(piece.byteSize()).isLessThanOrEqualTo(stagingBytes);
                next[0] += piece.byteSize();
                for (long i = 0; i < piece.byteSize() / Float.BYTES; i++) {
                    piece.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) (1 + offset / Float.BYTES + i));
                }
            });
            assertThat(next[0]).isEqualTo(TYPE.bytes());
            float[] all = Transfers.floats(device, memory);
            double sum = 0; // padding included: it stays zero
            for (float each : all) {
                sum += each;
            }
            assertThat(sum).isEqualTo(elements * (elements + 1.0) / 2);
            assertThat(all[(int) stored.layout().offset(17, 18, 2, 3)])
                    .isEqualTo(1 + ((17 * 19 + 18) * 3 + 2) * 5 + 3);

            next[0] = 0;
            transfer.read(stored, memory, (offset, piece) -> {
                assertThat(offset).isEqualTo(next[0]);
                next[0] += piece.byteSize();
                for (long i = 0; i < piece.byteSize() / Float.BYTES; i++) {
                    assertThat(piece.getAtIndex(ValueLayout.JAVA_FLOAT, i))
                            .isEqualTo((float) (1 + offset / Float.BYTES + i));
                }
            });
            assertThat(next[0]).isEqualTo(TYPE.bytes());
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void tensorsWithoutElementsAndScalars(String backend) {
        try (Device device = device(backend);
                TensorTransfer transfer = new TensorTransfer(device);
                Buffer memory = device.allocate(Role.PARAMETERS, "test", 64)) {
            for (Shape shape : new Shape[] {Shape.of(), Shape.of(1)}) {
                Stored stored = Stored.rowMajor(new TensorType(TYPE.dtype(), shape));
                transfer.write(stored, memory, (_, piece) -> piece.set(ValueLayout.JAVA_FLOAT, 0, 7));
                assertThat(Transfers.floats(device, memory)[0]).isEqualTo(7);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theStagingBufferIsCountedAndGivenBackAndFailuresPassThrough(String backend) {
        try (Device device = device(backend)) {
            long before = device.memory().used();
            try (TensorTransfer transfer = new TensorTransfer(device)) {
                assertThat(device.memory().usedByRole().get(Role.STAGING)).isEqualTo(device.memory().used() - before)
                        .isBetween(1L << 20, 8L << 20);
                try (Buffer memory = device.allocate(Role.PARAMETERS, "test", 12)) {
                    assertThatThrownBy(() -> transfer.<IOException>write(Stored.rowMajor(TensorType.f32(3)), memory,
                            (_, _) -> {
                        throw new IOException("no more");
                    })).isInstanceOf(IOException.class).hasMessage("no more");
                }
            }
            assertThat(device.memory().used()).isEqualTo(before);
            assertThat(MemoryBudget.outstanding()).isEmpty();
        }
    }
}
