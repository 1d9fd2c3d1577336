package dev.gatun.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.io.file.StorageException;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SafetensorsTest {
    @TempDir
    Path folder;

    private final Tensors tensors = new Tensors(1);

    @AfterEach
    void nothingIsLeft() throws IOException {
        tensors.close();
        assertThat(MemoryBudget.outstanding()).isEmpty();
        assertThat(Tensors.openFiles(folder)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void roundTripOfEveryTypeWithEmptyAndScalar(DType dtype) {
        List<NamedTensor> written = List.of(
                tensors.tensor("matrix", dtype, 3, 5),
                tensors.tensor("empty", dtype, 4, 0, 2),
                tensors.tensor("scalar", dtype),
                tensors.tensor("Gewicht ü \"1\"\n", dtype, 1, 2, 3, 4, 1));
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, written, Map.of("format", "pt"));

        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.metadata()).containsExactly(Map.entry("format", "pt"));
            assertThat(read.names()).containsExactly("matrix", "empty", "scalar", "Gewicht ü \"1\"\n");
            for (NamedTensor tensor : written) {
                assertThat(read.type(tensor.name())).isEqualTo(tensor.type());
                assertThat(tensors.read(read, tensor.name())).isEqualTo(Tensors.bytes(tensor));
            }
        }
    }

    @Test
    void exactBytesOfASmallFile() throws IOException {
        Path file = folder.resolve("x.safetensors");
        MemorySegment data = MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
        Safetensors.write(file, List.of(new NamedTensor("w", TensorType.f32(2, 1), data)), Map.of("k", "v"));

        String header = "{\"__metadata__\":{\"k\":\"v\"},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]}}";
        ByteBuffer expected = ByteBuffer.allocate(128 + 8).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.fill(expected.array(), (byte) ' ');
        expected.putLong(120).put(header.getBytes(UTF_8)).position(128).put(data.asByteBuffer());
        assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
    }

    @Test
    void metadataIsWrittenInTheOrderOfItsKeys() throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("step", "7");
        metadata.put("format", "pt");
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, List.of(), metadata);
        assertThat(Files.readString(file)).contains("{\"__metadata__\":{\"format\":\"pt\",\"step\":\"7\"}}");
    }

    @Test
    void noTensorsAndNoMetadata() throws IOException {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, List.of(), Map.of());
        assertThat(Files.readString(file).substring(8)).isEqualTo("{}" + " ".repeat(54));
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).isEmpty();
            assertThat(read.metadata()).isEmpty();
        }
    }

    @Test
    void tensorsOfManyChunksAndOfHeapArrays() {
        NamedTensor large = tensors.tensor("large", DType.U8, 3 * SegmentChannel.CHUNK + 17);
        float[] values = new float[(int) SegmentChannel.CHUNK / 2 + 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = i * 0.5f;
        }
        NamedTensor heap = new NamedTensor("heap", TensorType.f32(values.length), MemorySegment.ofArray(values));
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, List.of(large, heap), Map.of());

        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(tensors.read(read, "large")).isEqualTo(Tensors.bytes(large));
            float[] back = new float[values.length];
            read.read("heap", MemorySegment.ofArray(back));
            assertThat(back).isEqualTo(values);
        }
    }

    /** Where it says nothing, such a file is a hole: its bytes are zero and take no room. */
    @Test
    void aTensorOfThreeGibibytes() throws IOException {
        long bytes = 3L << 30;
        long[] marks = {0, (1L << 31) - 4, 1L << 31, (1L << 31) + 4, bytes - 4};
        TensorData data = sink -> {
            MemorySegment piece = tensors.segment(32L << 20);
            for (long offset = 0; offset < bytes; offset += piece.byteSize()) {
                piece.fill((byte) 0);
                for (long mark : marks) {
                    if (offset <= mark && mark < offset + piece.byteSize()) {
                        piece.set(ValueLayout.JAVA_INT, mark - offset, (int) (mark >> 2) + 1);
                    }
                }
                sink.accept(piece);
            }
        };
        Path file = folder.resolve("x.safetensors");
        NamedTensor large = new NamedTensor("large", TensorType.f32(3, 1 << 28), data);
        NamedTensor after = tensors.tensor("after", DType.F32, 5);
        FileDigest written = Safetensors.write(file, List.of(large, after), Map.of(),
                path -> new SparseChannel(ChannelOpener.DEFAULT.open(path)));
        assertThat(Files.size(file)).isEqualTo(written.bytes()).isGreaterThan(bytes);

        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            MemorySegment piece = tensors.segment(4L << 20);
            long sum = 0;
            for (long offset = 0; offset < bytes; offset += 64 * piece.byteSize()) { // around each mark at least
                read.read("large", offset, piece);
                sum += piece.get(ValueLayout.JAVA_INT, 0);
            }
            assertThat(sum).isEqualTo(1 + (1 << 29) + 1);
            for (long mark : marks) {
                MemorySegment word = piece.asSlice(0, 4);
                read.read("large", mark, word);
                assertThat(word.get(ValueLayout.JAVA_INT, 0)).as("at %s", mark).isEqualTo((int) (mark >> 2) + 1);
            }
            assertThat(tensors.read(read, "after")).isEqualTo(Tensors.bytes(after));
        }
    }

    @Test
    void piecesOfATensor() {
        NamedTensor one = tensors.tensor("w", DType.U8, 100);
        TensorData pieces = sink -> one.data().writeTo(whole -> {
            sink.accept(whole.asSlice(0, 33));
            sink.accept(whole.asSlice(33, 0));
            sink.accept(whole.asSlice(33));
        });
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, List.of(new NamedTensor("w", one.type(), pieces)), Map.of());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            byte[] part = new byte[40];
            read.read("w", 60, MemorySegment.ofArray(part));
            assertThat(part).isEqualTo(Arrays.copyOfRange(Tensors.bytes(one), 60, 100));
            for (long offset : new long[] {61, -1, Long.MAX_VALUE}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> read.read("w", offset, MemorySegment.ofArray(part)))
                        .withMessageContaining("tensor \"w\"");
            }
        }
        for (long bytes : new long[] {99, 101}) {
            TensorData wrong = TensorData.of(tensors.segment(bytes));
            assertThatIllegalStateException().isThrownBy(() -> Safetensors.write(
                    file, List.of(new NamedTensor("w", one.type(), wrong)), Map.of()))
                    .withMessageContaining(bytes < 100 ? "gives fewer" : "gives more");
        }
    }

    @Test
    void writesAndReadsConfinedMemory() {
        Path file = folder.resolve("x.safetensors");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocateFrom("seven b");
            TensorType type = new TensorType(DType.U8, Shape.of(8));
            Safetensors.write(file, List.of(new NamedTensor("w", type, data)), Map.of());
            MemorySegment back = arena.allocate(8);
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                read.read("w", back);
            }
            assertThat(back.getString(0)).isEqualTo("seven b");
        }
    }

    @Test
    void refusesWhatCannotBeWritten() {
        NamedTensor one = tensors.tensor("w", DType.F32, 2);
        Path file = folder.resolve("x.safetensors");
        assertThatIllegalArgumentException().isThrownBy(() -> Safetensors.write(file, List.of(one, one), Map.of()))
                .withMessageContaining("two tensors are named \"w\"");
        NamedTensor broken = new NamedTensor("\ud800", one.type(), one.data());
        assertThatIllegalArgumentException().isThrownBy(() -> Safetensors.write(file, List.of(broken), Map.of()))
                .withMessageContaining("surrogate");
        assertThat(file).doesNotExist();
        MemorySegment two = tensors.segment(8);
        assertThatIllegalArgumentException().isThrownBy(() -> new NamedTensor("w", TensorType.f32(3), two))
                .withMessage("tensor \"w\" f32(3) needs 12 bytes, but its segment has 8");
        assertThatIllegalArgumentException().isThrownBy(() -> new NamedTensor("__metadata__", one.type(), one.data()));
    }

    @Test
    void refusesAWrongDestination() {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, List.of(tensors.tensor("w", DType.F32, 2)), Map.of());
        SafetensorsFile read = SafetensorsFile.open(file);
        assertThatIllegalArgumentException().isThrownBy(() -> read.read("w", tensors.segment(12)))
                .withMessageContaining("needs 8 writable bytes, but the segment has 12");
        assertThatIllegalArgumentException().isThrownBy(() -> read.read("w", tensors.segment(8).asReadOnly()));
        assertThatThrownBy(() -> read.type("v")).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no tensor \"v\" among its 1 tensors");
        read.close();
        read.close();
        assertThatIllegalStateException().isThrownBy(() -> read.read("w", tensors.segment(8)));
    }

    @Test
    void aFileCutWhileOpenIsReported() throws IOException {
        Path file = folder.resolve("x.safetensors");
        Safetensors.write(file, List.of(tensors.tensor("w", DType.F32, 100)), Map.of());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 200));
            assertThatThrownBy(() -> read.read("w", tensors.segment(400))).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("ends after 200 bytes");
        }
    }

    @Test
    void aFullDiskIsNamed() {
        List<NamedTensor> one = List.of(tensors.tensor("w", DType.F32, 2));
        assertThatThrownBy(() -> Safetensors.write(Path.of("/dev/full"), one, Map.of()))
                .isInstanceOf(StorageException.class)
                .hasMessage("cannot write /dev/full: no space left on device; "
                        + "free some space or choose a folder on another disk, then try again")
                .hasCauseInstanceOf(IOException.class);
    }
}
