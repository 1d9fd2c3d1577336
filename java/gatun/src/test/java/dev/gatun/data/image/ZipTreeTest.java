package dev.gatun.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives as programs other than Java's make them, and files that are none. */
class ZipTreeTest {
    private static final List<String> NAMES =
            List.of("train/cat/a.png", "train/dog/a.png", "test/cat/b.png", "test/dog/b.png");

    private final Path root;
    private final Path archive;

    ZipTreeTest(@TempDir Path temp) {
        root = temp.resolve("data");
        archive = temp.resolve("data.zip");
    }

    @BeforeEach
    void write() throws IOException {
        for (String name : NAMES) {
            ImageFiles.writeImage(root.resolve(name), ImageFiles.COLOUR, 2, 3, 10);
        }
    }

    /** Packs the images by deflate, under other names in another encoding. */
    private byte[] pack(UnaryOperator<String> names, Charset encoding) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out, encoding)) {
            for (String name : NAMES) {
                zip.putNextEntry(new ZipEntry(names.apply(name)));
                Files.copy(root.resolve(name), zip);
            }
        }
        return out.toByteArray();
    }

    private byte[] pack() throws IOException {
        return pack(name -> name, StandardCharsets.UTF_8);
    }

    private List<String> classes(byte[] zip) throws IOException {
        Files.write(archive, zip);
        try (DataSplit split = DataSource.open(archive, DataOptions.defaults())) {
            assertThat(split.train().size()).isEqualTo(2);
            byte[] pixels = new byte[split.train().imageBytes()];
            split.train().read(0, pixels);
            assertThat(pixels).startsWith(10, 10, 10, 10, 11, 10);
            return split.train().classNames();
        }
    }

    private void refused(byte[] zip, String... parts) throws IOException {
        Files.write(archive, zip);
        assertThatThrownBy(() -> DataSource.open(archive, DataOptions.defaults())).isInstanceOf(DataException.class)
                .hasMessageStartingWith(archive.toString()).hasMessageContainingAll(parts);
    }

    @Test
    void namesOfOtherSystems() throws IOException {
        assertThat(classes(pack())).containsExactly("cat", "dog");
        assertThat(classes(pack(name -> "./" + name, StandardCharsets.UTF_8))).containsExactly("cat", "dog");
        assertThat(classes(pack(name -> name.replace('/', '\\'), StandardCharsets.UTF_8)))
                .containsExactly("cat", "dog");
    }

    @ParameterizedTest
    @CsvSource({"UTF-8, 猫", "GBK, 猫狗", "UTF-8, é", "IBM437, é", "IBM437, Übung"})
    void namesInOtherEncodings(Charset encoding, String name) throws IOException {
        assertThat(classes(pack(old -> old.replace("cat", name), encoding))).contains(name);
    }

    @Test
    void behindAProgramThatUnpacksIt() throws IOException {
        byte[] zip = pack();
        byte[] whole = new byte[zip.length + 1000];
        whole[0] = 'M';
        whole[1] = 'Z';
        System.arraycopy(zip, 0, whole, 1000, zip.length);
        assertThat(classes(whole)).containsExactly("cat", "dog");
    }

    /** Flags and methods stand in the directory, at 8 and 10 of an entry. */
    @Test
    void encryptedAndOtherMethods() throws IOException {
        byte[] zip = pack();
        ByteBuffer in = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int entry = in.getInt(zip.length - 6);
        short flags = in.getShort(entry + 8);
        in.putShort(entry + 8, (short) (flags | 1));
        refused(zip, "is encrypted: train/cat/a.png needs a password; unpack it with its password");
        in.putShort(entry + 8, flags).putShort(entry + 10, (short) 9);
        refused(zip, "has files packed by Deflate64, such as train/cat/a.png");
        in.putShort(entry + 10, (short) 77);
        refused(zip, "has files packed by method 77");
    }

    @Test
    void aFileStoredTwice() throws IOException {
        ImageFiles.writeImage(root.resolve("train/dog/a.png"), ImageFiles.COLOUR, 2, 3, 99);
        byte[] zip = pack(name -> name.replace("train/dog", "train/cot"), StandardCharsets.UTF_8);
        for (int i = 0; i < zip.length - 3; i++) {
            if (zip[i] == 'c' && zip[i + 1] == 'o' && zip[i + 2] == 't') {
                zip[i + 1] = 'a';
            }
        }
        refused(zip, "data.zip!train/cat/a.png: is stored twice in the archive, with two contents; pack");
    }

    @Test
    void aFileStoredTwiceWithTheSameContentCountsOnce() throws IOException {
        Files.copy(root.resolve("train/cat/a.png"), root.resolve("train/dog/a.png"),
                StandardCopyOption.REPLACE_EXISTING);
        byte[] zip = pack(name -> name.replace("train/dog", "train/cot"), StandardCharsets.UTF_8);
        byte[] names = new String(zip, StandardCharsets.ISO_8859_1).replace("train/cot", "train/cat")
                .getBytes(StandardCharsets.ISO_8859_1);
        refused(names, "has class dog in test, but not in train"); // and no word of the other
    }

    /** A quine of an archive: the same packed bytes under many names would be unpacked for each of them. */
    @Test
    void filesThatOverlapAreRefused() throws IOException {
        byte[] zip = pack();
        ByteBuffer in = ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN);
        int entry = 0;
        while (in.getInt(entry) != 0x02014b50) {
            entry++;
        }
        for (int i = 0; i < NAMES.size(); i++) {
            in.putInt(entry + 20, zip.length / 3);
            entry += 46 + NAMES.get(i).length();
        }
        refused(zip, "is a damaged zip archive: its files overlap each other");
    }

    /** Of a stored image that decodes, but is not what was packed. */
    @Test
    void aFlippedByteIsRefused() throws IOException {
        byte[] bmp = new byte[54 + 4];
        ByteBuffer.wrap(bmp).order(ByteOrder.LITTLE_ENDIAN).put((byte) 'B').put((byte) 'M').putInt(2, 58)
                .putInt(10, 54).putInt(14, 40).putInt(18, 1).putInt(22, 1).putShort(26, (short) 1)
                .putShort(28, (short) 24);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String name : List.of("test/a/a.bmp", "train/a/a.bmp")) {
                ZipEntry entry = new ZipEntry(name);
                CRC32 crc = new CRC32();
                crc.update(bmp);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(bmp.length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(bmp);
            }
        }
        byte[] zip = out.toByteArray();
        zip[30 + "test/a/a.bmp".length() + 55] ^= 1;
        refused(zip, "data.zip!test/a/a.bmp: is damaged: its checksum is not that in the archive; download it again");
    }

    @Test
    void cutShort() throws IOException {
        byte[] zip = pack();
        refused(Arrays.copyOf(zip, zip.length / 2), "is a zip archive that is cut short", "; download it again");
        refused("PK is not enough".getBytes(StandardCharsets.UTF_8), "is a zip archive that is cut short");
    }

    @Test
    void whatIsNoArchiveIsNamed() throws IOException {
        refused(new byte[] {0x1F, (byte) 0x8B, 8}, "is a file packed by gzip (.gz or .tar.gz)",
                "; unpack it and give the folder");
        refused("version https://git-lfs.github.com/spec/v1\noid".getBytes(StandardCharsets.UTF_8),
                "is a pointer of Git LFS", "; fetch the file: git lfs pull");
        byte[] tar = new byte[1024];
        System.arraycopy("ustar".getBytes(StandardCharsets.UTF_8), 0, tar, 257, 5);
        refused(tar, "is a tar archive", "; unpack it and give the folder");
        refused(new byte[0], "is empty", "; download it again");
        refused(Files.readAllBytes(root.resolve(NAMES.getFirst())), "is a single image", "; give the folder");
        refused("anything".getBytes(StandardCharsets.UTF_8), "is no folder and no readable zip archive; give");
    }
}
