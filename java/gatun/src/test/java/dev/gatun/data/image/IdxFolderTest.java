package dev.gatun.data.image;

import static dev.gatun.data.image.IdxFiles.TEST_IMAGES;
import static dev.gatun.data.image.IdxFiles.TEST_LABELS;
import static dev.gatun.data.image.IdxFiles.TRAIN_IMAGES;
import static dev.gatun.data.image.IdxFiles.TRAIN_LABELS;
import static dev.gatun.data.image.IdxFiles.images;
import static dev.gatun.data.image.IdxFiles.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFolderTest {
    private final Path folder;

    IdxFolderTest(@TempDir Path folder) {
        this.folder = folder;
    }

    @BeforeEach
    void writeGood() throws IOException {
        IdxFiles.writeGood(folder, "");
    }

    private DataSplit open() {
        return DataSource.open(folder, DataOptions.defaults());
    }

    private void refused(String file, String... parts) {
        assertThatThrownBy(this::open)
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(folder.resolve(file).toString())
                .hasMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
    }

    @Test
    void aPointBeforeIdxIsReadToo() throws IOException {
        IdxFiles.writeGood(folder, "");
        for (String name : List.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)) {
            Files.move(folder.resolve(name), folder.resolve(name.replace("-idx", ".idx")));
        }
        assertThat(IdxFolder.matches(folder)).isTrue();
        try (DataSplit split = IdxFolder.open(folder, DataOptions.defaults())) {
            assertThat(split.train().size()).isPositive();
        }
    }

    /** Browsers unpack what they download and keep its name, or keep it packed and take the ending away. */
    @Test
    void gzipIsToldByContent() throws IOException {
        Path packed = Files.createDirectory(folder.resolve("packed"));
        IdxFiles.writeGood(packed, ".gz");
        for (String name : List.of(TRAIN_IMAGES, TEST_LABELS)) {
            Files.move(packed.resolve(name + ".gz"), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.move(folder.resolve(TRAIN_LABELS), folder.resolve(TRAIN_LABELS + ".gz"));
        try (DataSplit split = open()) {
            byte[] pixels = new byte[6];
            split.train().read(4, pixels);
            assertThat(pixels).containsExactly(40, 41, 42, 43, 44, 45);
            assertThat(split.train().label(3)).isEqualTo(2);
            assertThat(split.test().label(1)).isEqualTo(2);
        }
    }

    /** As MNIST is passed on: the four files, packed or not, in a folder of an archive. */
    @ParameterizedTest
    @ValueSource(strings = {"", ".gz"})
    void readsAnArchive(String suffix) throws IOException {
        IdxFiles.writeGood(folder, suffix);
        Path zip = zip("MNIST/raw/", suffix);
        try (DataSplit split = DataSource.open(zip, DataOptions.defaults())) {
            byte[] pixels = new byte[6];
            split.train().read(4, pixels);
            assertThat(pixels).containsExactly(40, 41, 42, 43, 44, 45);
            assertThat(split.test().size()).isEqualTo(2);
            assertThat(split.train().name()).isEqualTo(zip + " train");
        }
    }

    @Test
    void faultsWithinAnArchiveAreNamed() throws IOException {
        write(folder.resolve(TRAIN_IMAGES), 0x803, new byte[35], 6, 2, 3);
        Path zip = zip("", "");
        assertThatThrownBy(() -> DataSource.open(zip, DataOptions.defaults())).isInstanceOf(DataException.class)
                .hasMessageStartingWith(zip + "!" + TRAIN_IMAGES + ": declares 36 B");
        Path several = zip("", "", "other/");
        assertThatThrownBy(() -> DataSource.open(several, DataOptions.defaults())).isInstanceOf(DataException.class)
                .hasMessageContainingAll(several + ": has several data sets", "other/" + TRAIN_IMAGES, "unpack it");
    }

    /** The four files in each of some folders of an archive. */
    private Path zip(String into, String suffix, String... more) throws IOException {
        Path zip = folder.resolve("set" + more.length + ".zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String where : Stream.concat(Stream.of(into), Stream.of(more)).toList()) {
                for (String name : List.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)) {
                    out.putNextEntry(new ZipEntry(where + name + suffix));
                    Files.copy(folder.resolve(name + suffix), out);
                }
            }
        }
        return zip;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".gz"})
    void readsImagesAndLabels(String suffix) throws IOException {
        for (String name : new String[] {TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS}) {
            Files.delete(folder.resolve(name));
        }
        IdxFiles.writeGood(folder, suffix);
        try (DataSplit split = open()) {
            ImageDataset train = split.train();
            assertThat(train.size()).isEqualTo(6);
            assertThat(train.classes()).isEqualTo(3);
            assertThat(train.classNames()).containsExactly("0", "1", "2");
            assertThat(new int[] {train.channels(), train.height(), train.width()}).containsExactly(1, 2, 3);
            assertThat(new int[] {train.label(0), train.label(3)}).containsExactly(0, 2);
            byte[] pixels = new byte[6];
            train.read(4, pixels);
            assertThat(pixels).containsExactly(40, 41, 42, 43, 44, 45);
            split.test().read(1, pixels);
            assertThat(pixels).containsExactly(10, 11, 12, 13, 14, 15);
            assertThat(split.test().label(1)).isEqualTo(2);
            assertThat(split.test().size()).isEqualTo(2);
        }
    }

    @Test
    void limitKeepsTheSameImagesEachTime() {
        DataOptions three = DataOptions.defaults().withLimit(3);
        int[] first = firstPixels(three);
        assertThat(first).hasSize(3).doesNotHaveDuplicates();
        assertThat(firstPixels(three)).isEqualTo(first);
        assertThat(firstPixels(three.withLimit(4))).hasSize(4).contains(first);
        assertThat(firstPixels(three.withLimit(0))).hasSize(6);
        assertThat(firstPixels(three.withLimit(60))).hasSize(6);
        assertThat(DataSource.open(folder, three).test().size()).isEqualTo(2);
        assertThat(DataSource.open(folder, three.withLimit(1)).train().classes()).isEqualTo(3);
    }

    private int[] firstPixels(DataOptions options) {
        try (DataSplit split = DataSource.open(folder, options)) {
            int[] pixels = new int[split.train().size()];
            for (int i = 0; i < pixels.length; i++) {
                byte[] image = new byte[6];
                split.train().read(i, image);
                pixels[i] = image[0];
                assertThat(split.train().label(i)).isEqualTo(new int[] {0, 1, 2, 2, 1, 0}[image[0] / 10]);
            }
            return pixels;
        }
    }

    @Test
    void useAfterCloseThrows() {
        DataSplit split = open();
        split.close();
        split.close();
        assertThatThrownBy(() -> split.train().read(0, new byte[6]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void missingTestFilesAreNamed() throws IOException {
        Files.delete(folder.resolve(TEST_LABELS));
        refused("", TEST_LABELS, "put all four files there");
    }

    @Test
    void truncatedFile() throws IOException {
        write(folder.resolve(TRAIN_IMAGES), 0x803, new byte[35], 6, 2, 3);
        refused(TRAIN_IMAGES, "declares 36 B", "cannot hold", "download");
    }

    @Test
    void truncatedPackedFile() throws IOException {
        Files.delete(folder.resolve(TRAIN_IMAGES));
        Path file = folder.resolve(TRAIN_IMAGES + ".gz");
        write(file, 0x803, new byte[35], 6, 2, 3);
        refused(TRAIN_IMAGES + ".gz", "cut short", "6 x 2 x 3 = 36 bytes, 35 are there");
        write(file, 0x803, images(6), 6, 2, 3);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 12));
        refused(TRAIN_IMAGES + ".gz", "cut short");
        Files.write(file, new byte[] {0x1F, (byte) 0x8B, 8});
        refused(TRAIN_IMAGES + ".gz", "cut short");
        Files.write(file, new byte[] {0x1F, (byte) 0x8B, 3, 0, 0, 0, 0, 0, 0, 0, 0});
        refused(TRAIN_IMAGES + ".gz", "cannot be read", "download");
    }

    @Test
    void truncatedHeader() throws IOException {
        Files.write(folder.resolve(TRAIN_LABELS), new byte[] {0, 0, 8, 1, 0});
        refused(TRAIN_LABELS, "cut short within its header");
    }

    @Test
    void swappedFiles() throws IOException {
        Files.copy(folder.resolve(TRAIN_LABELS), folder.resolve("x"));
        Files.delete(folder.resolve(TRAIN_IMAGES));
        Files.move(folder.resolve("x"), folder.resolve(TRAIN_IMAGES));
        write(folder.resolve(TRAIN_IMAGES), 0x801, new byte[20], 20);
        refused(TRAIN_IMAGES, "begins with 0x00000801, not 0x00000803", "swapped");
    }

    /** Memory is not asked for before the file is known to hold as much. */
    @ParameterizedTest
    @ValueSource(strings = {"", ".gz"})
    void lyingHeader(String suffix) throws IOException {
        Files.delete(folder.resolve(TRAIN_IMAGES));
        Path file = folder.resolve(TRAIN_IMAGES + suffix);
        write(file, 0x803, images(6), 2_000_000, 30, 30);
        refused(TRAIN_IMAGES + suffix, "declares 1.7 GiB", "cannot hold");
        write(file, 0x803, images(6), Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
        refused(TRAIN_IMAGES + suffix, "more than 2 GiB");
        write(file, 0x803, images(6), -1, 28, 28);
        refused(TRAIN_IMAGES + suffix, "4294967295 x 28 x 28");
    }

    @Test
    void moreDataThanDeclared() throws IOException {
        write(folder.resolve(TRAIN_IMAGES), 0x803, images(7), 6, 2, 3);
        refused(TRAIN_IMAGES, "more data than the 6 x 2 x 3");
    }

    /** 256 MiB of zeros in 256 KiB: reading stops one byte after the declared size. */
    @Test
    void bombIsNotUnpacked() throws IOException {
        Files.delete(folder.resolve(TRAIN_LABELS));
        Path file = folder.resolve(TRAIN_LABELS + ".gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(new byte[] {0, 0, 8, 1, 0, 0, 0, 6});
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 256; i++) {
                out.write(zeros);
            }
        }
        long begin = System.nanoTime();
        refused(TRAIN_LABELS + ".gz", "more data");
        assertThat(System.nanoTime() - begin).isLessThan(100_000_000L);
    }

    @Test
    void emptyDataSet() throws IOException {
        write(folder.resolve(TRAIN_LABELS), 0x801, new byte[0], 0);
        refused(TRAIN_LABELS, "is empty");
    }

    @Test
    void countsDiffer() throws IOException {
        write(folder.resolve(TRAIN_LABELS), 0x801, new byte[5], 5);
        refused(TRAIN_LABELS, "5 labels", TRAIN_IMAGES, "6 images");
    }

    @Test
    void labelOutOfRange() throws IOException {
        write(folder.resolve(TEST_LABELS), 0x801, new byte[] {1, 3}, 2);
        refused(TEST_LABELS, "image 1 has label 3, outside 0 .. 2");
        assertThat(DataSource.open(folder, DataOptions.defaults().withClasses(4)).test().classes()).isEqualTo(4);
        assertThatThrownBy(() -> DataSource.open(folder, DataOptions.defaults().withClasses(2)))
                .hasMessageContainingAll(TRAIN_LABELS, "image 2 has label 2, outside 0 .. 1");
    }

    @Test
    void sizesDiffer() throws IOException {
        write(folder.resolve(TEST_IMAGES), 0x803, new byte[12], 2, 3, 2);
        refused(TEST_IMAGES, "3 x 2", "2 x 3");
    }

    @Test
    void nothingThere() {
        assertThatThrownBy(() -> DataSource.open(folder.resolve("no\nwhere"), DataOptions.defaults()))
                .isInstanceOf(DataException.class)
                .hasMessage(folder + "/no where: does not exist; check the path");
    }
}
