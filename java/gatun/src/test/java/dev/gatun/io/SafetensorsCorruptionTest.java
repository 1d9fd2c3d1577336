package dev.gatun.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.gatun.shape.DType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsCorruptionTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "[] | 0 | does not begin with '{'",
        "{`a`: | 0 | header: line 1",
        "{`a`:1} | 0 | tensor `a` is not described",
        "{} {} | 0 | more text after",
        "{`__metadata__`:[]} | 0 | __metadata__ is not an object",
        "{`__metadata__`:{`a`:1}} | 0 | other than strings",
        "{`a`:{`shape`:[1],`data_offsets`:[0,4]}} | 4 | unknown dtype null",
        "{`a`:{`dtype`:`F9`,`shape`:[4],`data_offsets`:[0,4]}} | 4 | unknown dtype `F9`; known are [F64, F32,",
        "{`a`:{`dtype`:`F4`,`shape`:[3],`data_offsets`:[0,2]}} | 2 | tensor `a` f4(3) does not fill whole bytes",
        "{`__metadata__`:{},`__metadata__`:{}} | 0 | the key `__metadata__` appears twice",
        "{`a`:{`dtype`:`F32`,`data_offsets`:[0,4]}} | 4 | shape is not an array",
        "{`a`:{`dtype`:`F32`,`shape`:[-1],`data_offsets`:[0,4]}} | 4 | shape holds -1",
        "{`a`:{`dtype`:`F32`,`shape`:[1.0],`data_offsets`:[0,4]}} | 4 | shape holds 1.0",
        "{`a`:{`dtype`:`F32`,`shape`:[18446744073709551617],`data_offsets`:[0,4]}} | 4 | not a count of 63 bits",
        "{`a`:{`dtype`:`F32`,`shape`:[4294967296,4294967296],`data_offsets`:[0,0]}} | 0 | more elements than memory",
        "{`a`:{`dtype`:`F32`,`shape`:[4611686018427387905],`data_offsets`:[0,4]}} | 4 | more elements than memory",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0]}} | 4 | has the data offsets [0]",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,0]}} | 4 | has the data offsets [4, 0]",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[-4,0]}} | 4 | data_offsets holds -4",
        "{`a`:{`dtype`:`F32`,`shape`:[2],`data_offsets`:[0,4]}} | 4 | needs 8 bytes, but its data offsets span 4",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[4,8]}} | 8 | begins at byte 4 of the data, where byte 0",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]}} | 3 | describes 4 bytes of data, but the file has 3",
        "{`a`:{`dtype`:`F32`,`shape`:[1],`data_offsets`:[0,4]}} | 5 | describes 4 bytes of data, but the file has 5",
        "{`a`:{`dtype`:`U8`,`shape`:[1],`data_offsets`:[0,1]},`a`:{`dtype`:`U8`,`shape`:[1],"
                + "`data_offsets`:[1,2]}} | 2 | the key `a` appears twice",
        "{`a`:{`dtype`:`U8`,`shape`:[4],`data_offsets`:[0,4]},`b`:{`dtype`:`U8`,`shape`:[4],"
                + "`data_offsets`:[2,6]}} | 6 | begins at byte 2 of the data, where byte 4",
        "{`a`:{`dtype`:`U8`,`shape`:[4],`data_offsets`:[0,4]},`b`:{`dtype`:`U8`,`shape`:[4],"
                + "`data_offsets`:[6,10]}} | 10 | begins at byte 6 of the data, where byte 4",
    })
    void eachFaultOfAHeaderHasItsMessage(String header, int dataBytes, String cause) throws IOException {
        byte[] text = header.replace('`', '"').getBytes(UTF_8); // a backtick is easier to read in the table above
        assertCorrupt(bytes(text.length, text, dataBytes), cause.replace('`', '"'));
    }

    @Test
    void lengthsBeyondTheFileAndTheLimit() throws IOException {
        assertCorrupt(new byte[0], "ends after 0 bytes, where at least 8 belong");
        assertCorrupt(new byte[7], "ends after 7 bytes");
        assertCorrupt(bytes(3, "{}".getBytes(UTF_8), 0), "ends after 10 bytes, where at least 11 belong");
        assertCorrupt(bytes(100_000_001, "{}".getBytes(UTF_8), 0), "100000001 bytes is beyond the limit");
        assertCorrupt(bytes(-1, "{}".getBytes(UTF_8), 0), "18446744073709551615 bytes is beyond the limit");
        assertCorrupt(bytes(0, new byte[0], 0), "does not begin with '{'");
        assertCorrupt(bytes(4, new byte[] {'{', '"', (byte) 0xff, '"'}, 0), "not UTF-8");
        assertCorrupt(bytes(90_000, "{\"a\":".repeat(18_000).getBytes(UTF_8), 0), "header: line 1");
    }

    /** Such a header would fill a heap many times its size. */
    @Test
    void entriesOfMoreValuesThanAnythingNeedsAreRefused() throws IOException {
        for (String values : List.of("[],", "0,", "{},")) {
            byte[] text = ("{\"a\":[" + values.repeat(SafetensorsHeader.MOST_VALUES) + "0]}").getBytes(UTF_8);
            assertCorrupt(bytes(text.length, text, 0), "more values in one entry than anything needs");
        }
    }

    /** As many as fit into the format's limit would fill a heap of gigabytes, and the time of a minute. */
    @Test
    void moreTensorsThanAnyModelHasAreRefused() throws IOException {
        StringBuilder header = new StringBuilder("{");
        for (int i = 0; i <= SafetensorsHeader.MOST_TENSORS; i++) {
            header.append(i == 0 ? "" : ",").append("\"t").append(i)
                    .append("\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}");
        }
        byte[] text = header.append('}').toString().getBytes(UTF_8);
        assertCorrupt(bytes(text.length, text, 0), "the header describes more than 200000 tensors");
    }

    @Test
    void filesOfPyTorchsOwnFormatsAreToldApart() throws IOException {
        for (byte[] begin : List.of("PK\003\004\0\0\b\b".getBytes(UTF_8),
                new byte[] {(byte) 0x80, 2, (byte) 0x8a, 10, 'l', (byte) 0xfc, (byte) 0x9c, 'F'})) {
            Path file = folder.resolve("model.pth");
            Files.write(file, begin);
            assertThatThrownBy(() -> SafetensorsFile.open(file)).isInstanceOf(CheckpointException.class)
                    .hasMessage(file + ": it looks like a pickle of PyTorch's, not like a safetensors file: write one"
                            + " with safetensors.torch.save_file(model.state_dict(), \"model.safetensors\")");
        }
    }

    @Test
    void headerOrderNeedNotBeFileOrder() throws IOException {
        String header = "{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[1,3],\"extra\":0},"
                + "\"e\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[1,1]},"
                + "\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[0,1]}}";
        Path file = folder.resolve("x.safetensors");
        Files.write(file, bytes(header.length(), header.getBytes(UTF_8), 3));
        try (Tensors tensors = new Tensors(1); SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).containsExactly("b", "e", "a");
            assertThat(tensors.read(read, "b")).containsExactly(1, 2);
            assertThat(tensors.read(read, "a")).containsExactly(0);
        }
    }

    @Test
    void missingFilesAndFolders() {
        assertThatThrownBy(() -> SafetensorsFile.open(folder.resolve("none"))).isInstanceOf(CheckpointException.class)
                .hasMessageContaining("no such file or folder").hasMessageContaining("check the path");
        assertThatThrownBy(() -> SafetensorsFile.open(folder)).isInstanceOf(CheckpointException.class);
    }

    @Test
    void randomDamageIsReadOrReportedNeverAnythingElse() throws IOException {
        Path file = folder.resolve("x.safetensors");
        byte[] valid;
        try (Tensors tensors = new Tensors(2)) {
            Safetensors.write(file, List.of(tensors.tensor("conv.weight", DType.F32, 2, 3),
                    tensors.tensor("n", DType.I64), tensors.tensor("none", DType.BF16, 0)), Map.of("format", "pt"));
            valid = Files.readAllBytes(file);
        }
        Random random = new Random(3);
        int refused = 0;
        for (int i = 0; i < 4_000; i++) {
            byte[] damaged = damage(valid, random);
            Files.write(file, damaged);
            try (SafetensorsFile read = SafetensorsFile.open(file)) {
                for (String name : read.names()) {
                    Tensors.readToHeap(read, name);
                }
            } catch (CheckpointException e) {
                refused++;
                assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
            } catch (RuntimeException | Error e) {
                fail("damage " + i + " led to " + e + ": " + Arrays.toString(damaged), e);
            }
        }
        assertThat(refused).isBetween(1_000, 3_999);
        assertThat(Tensors.openFiles(folder)).isZero();
    }

    static byte[] damage(byte[] valid, Random random) {
        byte[] damaged = Arrays.copyOf(valid,
                random.nextInt(8) == 0 ? random.nextInt(valid.length + 20) : valid.length);
        for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
            damaged[random.nextInt(damaged.length)] = switch (random.nextInt(3)) {
                case 0 -> (byte) random.nextInt();
                case 1 -> (byte) "0123456789[]{},:\"-".charAt(random.nextInt(18));
                default -> (byte) (damaged[random.nextInt(damaged.length)] ^ (1 << random.nextInt(8)));
            };
        }
        return damaged;
    }

    private void assertCorrupt(byte[] content, String cause) throws IOException {
        Path file = folder.resolve("x.safetensors");
        Files.write(file, content);
        assertThatThrownBy(() -> SafetensorsFile.open(file).close()).isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + ": ").hasMessageContaining(cause)
                .hasMessageContaining("use another copy");
        assertThat(Tensors.openFiles(folder)).isZero();
    }

    private static byte[] bytes(long length, byte[] header, int dataBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(length).put(header);
        for (int i = 0; i < dataBytes; i++) {
            bytes.put((byte) i);
        }
        return bytes.array();
    }
}
