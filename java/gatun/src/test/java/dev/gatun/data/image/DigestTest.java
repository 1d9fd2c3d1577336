package dev.gatun.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tells a data set from another, and names of files that Java cannot read as text. */
class DigestTest {
    @TempDir
    Path folder;

    private static String digest(Path path, DataOptions options) {
        try (DataSplit split = DataSource.open(path, options)) {
            assertThat(split.train().digest()).matches("[0-9a-f]{64}").isNotEqualTo(split.test().digest());
            return split.train().digest() + split.test().digest();
        }
    }

    private static String digest(Path path) {
        return digest(path, DataOptions.defaults());
    }

    @Test
    void ofAFolderItIsThatOfNamesAndSizes() throws IOException {
        Path data = folder.resolve("data");
        ImageFiles.writeGood(data);
        String before = digest(data);
        assertThat(digest(data, DataOptions.defaults().withImageSize(2).withLimit(1))).isEqualTo(before);
        Path moved = Files.move(data, folder.resolve("elsewhere"));
        assertThat(digest(moved)).as("wherever it is").isEqualTo(before);
        Path archive = folder.resolve("data.zip");
        ImageFiles.zip(moved, "", archive);
        assertThat(digest(archive)).isEqualTo(before);

        Path file = moved.resolve("train/cat/a.png");
        byte[] bytes = Files.readAllBytes(file);
        Files.move(file, moved.resolve("train/cat/z.png"));
        assertThat(digest(moved)).as("renamed").isNotEqualTo(before);
        Files.write(file, bytes);
        Files.delete(moved.resolve("train/cat/z.png"));
        assertThat(digest(moved)).isEqualTo(before);
        Files.write(file, new byte[] {0}, StandardOpenOption.APPEND);
        assertThat(digest(moved)).as("another size").isNotEqualTo(before);
    }

    @Test
    void ofImagesInMemoryItIsThatOfLabelsAndPixels() {
        MemoryImages images = memory((byte) 3, (byte) 1);
        assertThat(images.digest()).isEqualTo(memory((byte) 3, (byte) 1).digest())
                .isNotEqualTo(memory((byte) 4, (byte) 1).digest())
                .isNotEqualTo(memory((byte) 3, (byte) 0).digest());
        assertThat(new PatternImages(7, 1, 2, 2).digest()).isNotEqualTo(new PatternImages(8, 1, 2, 2).digest());
        assertThat(new PatternImages(7, 1, 2, 2).digest()).isNotEqualTo(new PatternImages(7, 3, 2, 2).digest());
    }

    private static MemoryImages memory(byte pixel, byte label) {
        return new MemoryImages("two", List.of("a", "b"), new ImageSize(1, 2), new byte[] {0, 1, 2, pixel},
                new byte[] {0, label});
    }

    @Test
    void dataSetsWithoutNamesOfClassesCallThemByTheirNumbers() {
        assertThat(new PatternImages(1, 1, 1, 1).classNames()).hasSize(10).startsWith("0", "1").endsWith("9");
    }

    /** A name of bytes that are no UTF-8, which Java has no text for. */
    private static void rename(Path from, String bytes) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("bash", "-c", "mv \"$1\" \"$(dirname \"$1\")/\"$'" + bytes + "'", "bash",
                from.toString()).start().waitFor()).isZero();
    }

    @Test
    void filesWhoseNamesAreNoTextAreRead() throws Exception {
        ImageFiles.writeGood(folder);
        rename(folder.resolve("train/dog/a.png"), "\\xe4\\xff.png");
        try (DataSplit split = DataSource.open(folder, DataOptions.defaults())) {
            assertThat(split.train().size()).isEqualTo(4);
            split.train().read(2, new byte[18]);
            split.train().read(3, new byte[18]);
            assertThat(split.train().digest()).hasSize(64);
        }
        rename(folder.resolve("train/dog/b.PNG"), "\\xe5\\xfe.png");
        assertThatThrownBy(() -> DataSource.open(folder, DataOptions.defaults())).isInstanceOf(DataException.class)
                .hasMessageContaining("two files have this name, as names on the disk are not in ")
                .message().hasLineCount(1);
    }

    @Test
    void classesWhoseNamesAreNoTextAreRefused() throws Exception {
        ImageFiles.writeGood(folder);
        rename(folder.resolve("train/dog"), "d\\xf6g");
        assertThatThrownBy(() -> DataSource.open(folder, DataOptions.defaults())).isInstanceOf(DataException.class)
                .hasMessageContaining("the name of this class is no text").message().hasLineCount(1);
    }

    @Test
    void classFoldersOfAnyNormalFormAreOneClass() throws IOException {
        ImageFiles.writeImage(folder.resolve("train/caf\u00e9/a.png"), ImageFiles.GREY, 2, 2, 1);
        ImageFiles.writeImage(folder.resolve("train/tea/a.png"), ImageFiles.GREY, 2, 2, 2);
        ImageFiles.writeImage(folder.resolve("test/cafe\u0301/b.png"), ImageFiles.GREY, 2, 2, 3);
        try (DataSplit split = DataSource.open(folder, DataOptions.defaults())) {
            assertThat(split.train().classNames()).containsExactly("caf\u00e9", "tea");
            assertThat(split.test().label(0)).isZero();
            split.test().read(0, new byte[4]);
        }
    }
}
