package dev.gatun.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A file of PyTorch's with a tensor of each of its types. */
class SafetensorsTypesTest {
    @TempDir
    Path folder;

    private SafetensorsFile file;

    @BeforeEach
    void open() throws IOException {
        Path path = folder.resolve("mixed.safetensors");
        try (InputStream resource = Objects.requireNonNull(
                SafetensorsTypesTest.class.getResourceAsStream("/dev/gatun/train/mixed.safetensors"))) {
            Files.copy(resource, path);
        }
        file = SafetensorsFile.open(path);
    }

    @AfterEach
    void close() {
        file.close();
    }

    @ParameterizedTest
    @CsvSource({"f64, F64, (4), 32", "f32, F32, (4), 16", "f16, F16, (4), 8", "bf16, BF16, (4), 8", "i64, I64, (), 8",
        "i32, I32, (2), 8", "i16, I16, (2), 4", "i8, I8, (2), 2", "u8, U8, (1), 1", "bool, BOOL, (3), 3",
        "f8_e4m3, F8_E4M3, (3), 3", "f8_e5m2, F8_E5M2, (3), 3", "c64, C64, (1), 8"})
    void typesAreListedAndBytesRead(String name, SafetensorsType type, String shape, int bytes) {
        assertThat(file.contains(name)).isTrue();
        assertThat(file.dtype(name)).isEqualTo(type);
        assertThat(file.shape(name)).hasToString(shape);
        assertThat(file.bytes(name)).isEqualTo(bytes);
        byte[] read = new byte[bytes];
        file.read(name, MemorySegment.ofArray(read));
        assertThat(read).isNotEqualTo(new byte[bytes]);
    }

    @Test
    void bytesAreThoseOfPyTorch() throws IOException {
        byte[] truths = new byte[3];
        file.read("bool", MemorySegment.ofArray(truths));
        assertThat(truths).containsExactly(1, 0, 1);
        ByteArrayOutputStream pieces = new ByteArrayOutputStream();
        file.readPieces("i16", 3, piece -> pieces.write(piece.toArray(ValueLayout.JAVA_BYTE)));
        assertThat(pieces.toByteArray()).containsExactly(0x2c, 1, 0xd4, 0xfe);
        file.readPieces("empty", 8, _ -> {
            throw new AssertionError("there are no pieces");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"f64", "f32", "f16", "bf16"})
    void floatingPointNumbersBecomeFloats(String name) {
        float[] numbers = new float[4];
        file.readFloats(name, 0, MemorySegment.ofArray(numbers));
        assertThat(numbers).containsExactly(0f, -1.5f, 3.140625f, 0x1p-14f);
        float[] two = new float[2];
        file.readFloats(name, 1, MemorySegment.ofArray(two));
        assertThat(two).containsExactly(-1.5f, 3.140625f);
        assertThatIllegalArgumentException().isThrownBy(() -> file.readFloats(name, 3, MemorySegment.ofArray(two)))
                .withMessageContaining("tensor \"" + name + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"i64", "bool", "f8_e4m3", "c64", "i16"})
    void othersAreRefusedAsFloats(String name) {
        assertThatThrownBy(() -> file.readFloats(name, 0, MemorySegment.ofArray(new float[1])))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file.path() + ": tensor \"" + name + "\" is " + name + "(")
                .hasMessageEndingWith("not floating-point numbers of 16, 32 or 64 bits: convert it, or leave it out");
    }

    @Test
    void typesThatNothingComputesWithHaveNoTensorType() {
        assertThat(file.type("i32").dtype()).isEqualTo(DType.I32);
        assertThatThrownBy(() -> file.type("bool")).isInstanceOf(CheckpointException.class)
                .hasMessage(file.path() + ": tensor \"bool\" is bool(3), which is read as bytes only: convert it, or"
                        + " leave it out");
    }

    @Test
    void largeTensorsAreConvertedPieceByPiece() {
        int elements = (int) SegmentChannel.CHUNK / 2 + 3;
        try (Tensors tensors = new Tensors(1)) {
            MemorySegment halves = tensors.segment(2L * elements);
            for (int i = 0; i < elements; i++) {
                halves.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(i % 2048));
            }
            Path large = folder.resolve("large.safetensors");
            Safetensors.write(large, List.of(new NamedTensor("x",
                    new TensorType(DType.F16, Shape.of(elements)), halves)), Map.of());
            float[] floats = new float[elements];
            try (SafetensorsFile read = SafetensorsFile.open(large)) {
                read.readFloats("x", 0, MemorySegment.ofArray(floats));
            }
            for (int i = 0; i < elements; i++) {
                assertThat(floats[i]).isEqualTo(i % 2048);
            }
        }
    }
}
