package dev.gatun.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import dev.gatun.data.Validation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
    private final Path root;
    private final Path archive;

    ImageFolderTest(@TempDir Path temp) {
        root = temp.resolve("data");
        archive = temp.resolve("data.zip");
    }

    @BeforeEach
    void writeGood() throws IOException {
        ImageFiles.writeGood(root);
    }

    private static DataSplit open(Path path) {
        return DataSource.open(path, DataOptions.defaults());
    }

    private static byte[] image(ImageDataset images, int index) {
        byte[] pixels = new byte[images.imageBytes()];
        images.read(index, pixels);
        return pixels;
    }

    private void refused(String... parts) {
        refused(root, parts);
    }

    private static void refused(Path path, String... parts) {
        assertThatThrownBy(() -> {
                    try (DataSplit split = open(path)) {
                        for (int i = 0; i < split.train().size(); i++) {
                            image(split.train(), i);
                        }
                    }
                })
                .isInstanceOf(DataException.class)
                .hasMessageStartingWith(path.toString())
                .hasMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n").contains("; "));
    }

    private static void checkGood(Path path) {
        try (DataSplit split = open(path)) {
            ImageDataset train = split.train();
            ImageDataset test = split.test();
            assertThat(new int[] {train.size(), test.size(), train.classes()}).containsExactly(4, 2, 2);
            assertThat(train.classNames()).containsExactly("cat", "dog");
            assertThat(new int[] {train.channels(), train.height(), train.width()}).containsExactly(3, 2, 3);
            assertThat(new int[] {train.label(1), train.label(2), test.label(1)}).containsExactly(0, 1, 1);
            for (int pass = 0; pass < 2; pass++) { // decoded, then from the cache
                assertThat(image(train, 1))
                        .containsExactly(20, 20, 20, 20, 21, 20, 20, 22, 20, 20, 20, 21, 20, 21, 21, 20, 22, 21);
                assertThat(image(test, 1)[0]).isEqualTo((byte) 60);
            }
            train.close();
            assertThat(image(test, 0)[0]).isEqualTo((byte) 30);
            assertThatThrownBy(() -> image(train, 1)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void readsAFolder() {
        checkGood(root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "animals/"})
    void readsAnArchive(String prefix) throws IOException {
        Files.writeString(root.resolve("LICENSE"), "free");
        ImageFiles.zip(root, prefix, archive);
        checkGood(archive);
    }

    @Test
    void readsBelowOneLeadingFolderBesideOtherFiles() throws IOException {
        Files.writeString(root.resolveSibling("LICENSE"), "free");
        checkGood(Objects.requireNonNull(root.getParent()));
    }

    /**
     * A walk through all of a large folder, such as the root of a disk, would take minutes: here it would never end.
     */
    @Test
    void whatLiesBesideTheSplitsIsNotWalked() throws IOException {
        Path beside = Files.createDirectories(root.resolve("cache/deep"));
        Files.createSymbolicLink(beside.resolve("loop"), root);
        checkGood(root);
        Files.move(root.resolve("train"), root.resolve("training"));
        refused("is no data set: it has neither the four files of MNIST nor a folder train");
    }

    @ParameterizedTest
    @ValueSource(strings = {"val", "valid", "validation"})
    void imagesBesideTheTestValidate(String name) throws IOException {
        ImageFiles.writeImage(root.resolve(name + "/dog/one.png"), ImageFiles.COLOUR, 2, 3, 99);
        try (DataSplit split = open(root)) {
            ImageDataset validation = Objects.requireNonNull(split.validation());
            assertThat(new int[] {split.train().size(), validation.size(), split.test().size()})
                    .containsExactly(4, 1, 2);
            assertThat(split.watched()).isSameAs(validation);
            assertThat(validation.label(0)).isEqualTo(1);
            assertThat(image(validation, 0)[0]).isEqualTo((byte) 99);
        }
        DataOptions options = DataOptions.defaults();
        try (DataSplit split = DataSource.open(root, options.withValidation(new Validation.None()))) {
            assertThat(split.validation()).isNull();
            assertThat(split.watched()).isSameAs(split.test());
        }
        assertThatThrownBy(() -> DataSource.open(root, options.withValidation(new Validation.Count(1))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the data has 1 images for validation in " + root + " " + name);
        ImageFiles.writeImage(root.resolve(name + "/cow/one.png"), ImageFiles.COLOUR, 2, 3, 99);
        refused("has class cow in " + name + ", but not in train");
    }

    @ParameterizedTest
    @ValueSource(strings = {"val", "valid"})
    void otherNamesOfTheTestSplit(String name) throws IOException {
        Files.move(root.resolve("test"), root.resolve(name));
        checkGood(root);
    }

    @Test
    void hiddenAndKnownFilesArePassedOver() throws IOException {
        Files.writeString(root.resolve("train/.DS_Store"), "");
        Files.writeString(root.resolve("train/cat/.hidden.txt"), "");
        Files.writeString(root.resolve("test/dog/Thumbs.db"), "");
        Files.createDirectories(root.resolve("train/.cache/x"));
        Files.createDirectories(root.resolve("__MACOSX/train/cat"));
        checkGood(root);
    }

    @Test
    void greyImages() throws IOException {
        for (String file : new String[] {"train/0/a.png", "train/0/b.jpg", "test/0/a.png"}) {
            ImageFiles.writeImage(root.resolve("grey").resolve(file), ImageFiles.GREY, 2, 2, 100);
        }
        try (DataSplit split = open(root.resolve("grey"))) {
            assertThat(split.train().channels()).isEqualTo(1);
            assertThat(image(split.train(), 0)).containsExactly(100, 101, 100, 101);
            assertThat((int) image(split.train(), 1)[0]).isBetween(97, 103);
        }
    }

    @Test
    void jpegColoursAreCloseAndInOrder() throws IOException {
        ImageFiles.writeImage(root.resolve("train/cat/0.jpg"), ImageFiles.COLOUR, 2, 3, 100);
        try (DataSplit split = open(root)) {
            assertThat(image(split.train(), 0)).satisfies(pixels -> {
                for (byte pixel : pixels) {
                    assertThat((int) pixel).isBetween(95, 107);
                }
            });
        }
    }

    @Test
    void withoutACacheEveryReadDecodes() throws IOException {
        try (DataSplit split = DataSource.open(root, DataOptions.defaults().withCacheBytes(20))) {
            image(split.train(), 0);
            image(split.train(), 1);
            Files.delete(root.resolve("train/cat/a.png"));
            Files.delete(root.resolve("train/cat/b.PNG"));
            assertThat(image(split.train(), 0)[0]).as("within the cache of 20 bytes").isEqualTo((byte) 10);
            assertThatThrownBy(() -> image(split.train(), 1))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("train/cat/b.PNG");
        }
    }

    @Test
    void differentSizes() throws IOException {
        ImageFiles.writeImage(root.resolve("train/dog/a.png"), ImageFiles.COLOUR, 3, 3, 0);
        refused("train/dog/a.png: is 3 x 3, but", "train/cat/a.png is 2 x 3; convert");
    }

    @Test
    void noTestSplit() throws IOException {
        Files.move(root.resolve("test"), root.resolveSibling("elsewhere"));
        refused("no test split", "move some images");
    }

    @Test
    void noTrainSplit() throws IOException {
        Files.move(root.resolve("train"), root.resolveSibling("elsewhere"));
        refused("neither the four files of MNIST nor a folder train");
    }

    @Test
    void emptyClass() throws IOException {
        Files.createDirectories(root.resolve("train/bird"));
        refused("train/bird: is a class without images");
        ImageFiles.zip(root, "", archive);
        refused(archive, "data.zip!train/bird: is a class without images");
    }

    @Test
    void emptySplit() throws IOException {
        Files.move(root.resolve("train"), root.resolveSibling("elsewhere"));
        Files.createDirectories(root.resolve("train"));
        refused("train/: has no class folders");
    }

    @Test
    void classOnlyInTest() throws IOException {
        ImageFiles.writeImage(root.resolve("test/bird/a.png"), ImageFiles.COLOUR, 2, 3, 0);
        refused("class bird in test, but not in train");
    }

    @Test
    void wrongNumberOfClasses() {
        assertThatThrownBy(() -> DataSource.open(root, DataOptions.defaults().withClasses(3)))
                .hasMessageContaining("has 2 class folders, not 3");
    }

    @Test
    void otherFilesAreNamed() throws IOException {
        Path notes = Files.writeString(root.resolve("train/cat/notes.txt"), "x");
        refused("train/cat/notes.txt: is no image by its name", "remove it");
        Files.delete(notes);
        for (String ending : List.of("webp", "HEIC", "avif", "jp2")) {
            Path picture = Files.writeString(root.resolve("train/cat/1." + ending), "x");
            refused("train/cat/1." + ending + ": is no image by its name", "convert it to PNG or JPEG");
            Files.delete(picture);
        }
        Path loose = Files.writeString(root.resolve("train/a.png"), "x");
        refused("train/a.png: lies in no class folder");
        Files.delete(loose);
        Files.createDirectories(root.resolve("train/cat/more"));
        refused("train/cat/more/: is a folder");
    }

    @Test
    void unreadableImages() throws IOException {
        Files.writeString(root.resolve("train/dog/a.png"), "no image");
        refused("train/dog/a.png: is no JPEG or PNG image");
        Files.write(root.resolve("train/dog/a.png"), new byte[0]);
        refused("train/dog/a.png: is empty");
        byte[] good = Files.readAllBytes(root.resolve("train/cat/a.png"));
        Files.write(root.resolve("train/dog/a.png"), Arrays.copyOf(good, good.length / 2));
        refused("train/dog/a.png: is cut short");
    }

    /** Before the first is trained on, and of both splits; five are named. */
    @Test
    void allUnreadableImagesAreToldAtOnce() throws IOException {
        Files.writeString(root.resolve("test/dog/c.png"), "no image");
        Files.writeString(root.resolve("train/dog/a.png"), "no image");
        assertThatThrownBy(() -> open(root)).isInstanceOf(DataException.class)
                .hasMessageStartingWith(root + ": 2 of 6 images cannot be used: " + root + "/train/dog/a.png: is no")
                .hasMessageContaining("test/dog/c.png: is no JPEG or PNG");
        for (int i = 0; i < 6; i++) {
            Files.writeString(root.resolve("train/cat/" + i + ".png"), "no image");
        }
        assertThatThrownBy(() -> open(root)).hasMessageContaining(root + ": 8 of 12 images cannot be used: ")
                .hasMessageContaining("train/cat/4.png").hasMessageContaining(" | and 3 more; ")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("train/cat/5.png"));
    }

    /** A few of another size are named; where most are, that is one fault of the folder. */
    @Test
    void manySizesAreToldOnce() throws IOException {
        for (int i = 0; i < 5; i++) {
            ImageFiles.writeImage(root.resolve("train/dog/" + i + ".png"), ImageFiles.COLOUR, 20 + i, 20, 100);
        }
        assertThatThrownBy(() -> open(root)).hasMessageContaining(": 5 of 11 images cannot be used: ")
                .hasMessageContaining("train/dog/4.png: is ");
        ImageFiles.writeImage(root.resolve("test/dog/9.png"), ImageFiles.COLOUR, 30, 20, 100);
        assertThatThrownBy(() -> open(root)).isInstanceOf(DataException.class)
                .hasMessageStartingWith(root + ": 12 images are of 7 sizes, such as ")
                .hasMessageContaining(" (train/cat/a.png) and ").hasMessageContaining(" (train/dog/0.png)")
                .hasMessageEndingWith("convert all images to one size (or give one: --image-size)");
    }

    /** The name does not decide how a file is read. */
    @Test
    void anImageIsWhatItsContentSays() throws IOException {
        Files.copy(root.resolve("train/cat/a.png"), root.resolve("train/cat/z.jpg"));
        try (DataSplit split = open(root)) {
            assertThat(image(split.train(), 2)).isEqualTo(image(split.train(), 0));
        }
    }

    /** A large file is looked at at its beginning and its end only, unless that does not tell. */
    @Test
    void theEndOfALargeJpegIsLookedAt() throws IOException {
        ImageFiles.writeImage(root.resolve("large/train/0/a.jpg"), ImageFiles.COLOUR, 100, 100, 100);
        ImageFiles.writeImage(root.resolve("large/test/0/a.jpg"), ImageFiles.COLOUR, 100, 100, 100);
        Path file = root.resolve("large/train/0/a.jpg");
        byte[] small = Files.readAllBytes(file);
        byte[] large = new byte[small.length + 60_004]; // a comment makes it large
        System.arraycopy(small, 0, large, 0, 2);
        ByteBuffer.wrap(large).putShort(2, (short) 0xFFFE).putShort(4, (short) 60_002);
        System.arraycopy(small, 2, large, 60_006 - 2, small.length - 2);
        Files.write(file, large);
        try (DataSplit split = open(root.resolve("large"))) {
            assertThat(split.train().height()).isEqualTo(100);
        }
        Files.write(file, Arrays.copyOf(large, large.length - 10));
        assertThatThrownBy(() -> open(root.resolve("large"))).hasMessageContaining("train/0/a.jpg: is cut short");
    }

    /** A PNG header alone: 100,000 x 100,000 pixels are refused before a byte of them is decoded. */
    @Test
    void hugeImage() throws IOException {
        byte[] png = Files.readAllBytes(root.resolve("train/cat/a.png"));
        ByteBuffer buffer = ByteBuffer.wrap(png);
        buffer.putInt(16, 100_000).putInt(20, 100_000);
        CRC32 crc = new CRC32();
        crc.update(png, 12, 17);
        buffer.putInt(29, (int) crc.getValue());
        Files.write(root.resolve("train/cat/a.png"), png);
        refused("train/cat/a.png: has 100000 x 100000 pixels, more than 64 million");
    }

    @Test
    void namesThatPointOutsideReachNothing() throws IOException {
        ImageFiles.zip(root, "", archive);
        Path evil = archive.resolveSibling("evil.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(evil))) {
            for (String name : new String[] {"../evil.png", "train/../../evil.png", "/train/cat/evil.png"}) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(1);
            }
            for (String name : new String[] {"train/cat/a.png", "test/cat/c.png"}) {
                zip.putNextEntry(new ZipEntry(name));
                Files.copy(root.resolve(name), zip);
            }
        }
        try (DataSplit split = open(evil)) {
            assertThat(split.train().size()).isEqualTo(1);
            assertThat(image(split.train(), 0)[0]).isEqualTo((byte) 10);
        }
    }

    @Test
    void archiveBombIsCutOff() throws IOException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(archive))) {
            zip.putNextEntry(new ZipEntry("test/cat/a.png"));
            zip.putNextEntry(new ZipEntry("train/cat/a.png"));
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 160; i++) {
                zip.write(zeros);
            }
        }
        refused(archive, "data.zip!train/cat/a.png: is larger than 128 MiB");
    }

    /** Data may come from anywhere: what they lead to outside of their folder is somebody else's. */
    @Test
    void aLinkThatLeadsOutsideIsRefusedUnlessThatIsAskedFor() throws IOException {
        Path outside = root.resolveSibling("outside.png");
        Files.move(root.resolve("train/dog/a.png"), outside);
        Path link = Files.createSymbolicLink(root.resolve("train/dog/a.png"), outside);
        refused("train/dog/a.png: is a symbolic link to " + outside + ", outside of " + root
                + "; copy what it leads to, or allow such links: GATUN_DATA_LINKS=follow");
        System.setProperty(DataLinks.PROPERTY, "follow");
        try {
            checkGood(root);
        } finally {
            System.clearProperty(DataLinks.PROPERTY);
        }
        Files.delete(link);
        Files.move(root.resolve("train/dog"), root.resolveSibling("dog"));
        Files.createSymbolicLink(root.resolve("train/dog"), root.resolveSibling("dog"));
        refused("train/dog: is a symbolic link to");
    }

    @Test
    void aLinkWithinTheFolderIsFollowed() throws IOException {
        Path hidden = Files.createDirectory(root.resolve(".images"));
        Files.move(root.resolve("train/dog"), hidden.resolve("dog"));
        Files.createSymbolicLink(root.resolve("train/dog"), hidden.resolve("dog"));
        checkGood(root);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what opens a pipe waits for ever
    void aPipeOrADeviceIsNoImageAndNoArchive() throws Exception {
        Path pipe = root.resolve("train/dog/p.png");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
        refused("train/dog/p.png: is a pipe or a device, no file; give a file");
        Path alone = Files.move(pipe, archive);
        assertThatThrownBy(() -> open(alone)).isInstanceOf(DataException.class)
                .hasMessageContaining("is a pipe or a device");
        assertThatThrownBy(() -> open(Path.of("/dev/zero"))).isInstanceOf(DataException.class)
                .hasMessageContaining("is a pipe or a device");
    }
}
