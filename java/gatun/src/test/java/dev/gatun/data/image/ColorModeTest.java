package dev.gatun.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.data.ColorMode;
import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import dev.gatun.data.image.decode.PixelBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Grey images, coloured ones, and both in one folder. */
class ColorModeTest {
    @TempDir
    Path root;

    private void write(String file, int type, int value) throws IOException {
        ImageFiles.writeImage(root.resolve(file), type, 2, 3, value);
    }

    private DataSplit open(ColorMode color) {
        return DataSource.open(root, DataOptions.defaults().withColor(color));
    }

    private static byte[] image(ImageDataset images, int index) {
        byte[] pixels = new byte[images.imageBytes()];
        images.read(index, pixels);
        return pixels;
    }

    private void mixed(int first, int second) throws IOException {
        write("train/0/a.png", first, 50);
        write("train/1/a.png", second, 80);
        write("test/0/a.png", ImageFiles.GREY, 110);
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "10, 1"}) // BufferedImage's numbers of RGB and grey
    void aMixIsReadAsColourWhicheverComesFirst(int first, int second) throws IOException {
        mixed(first, second);
        try (DataSplit split = open(ColorMode.AUTO)) {
            int grey = first == ImageFiles.GREY ? 0 : 1;
            int value = grey == 0 ? 50 : 80;
            assertThat(split.train().channels()).isEqualTo(3);
            assertThat(split.train().converted()).isEmpty();
            assertThat(image(split.train(), grey)).startsWith(value, value, value, value + 1, value + 1, value + 1);
            int other = grey == 0 ? 80 : 50;
            assertThat(image(split.train(), 1 - grey)).startsWith(other, other, other, other, other + 1, other);
            assertThat(image(split.test(), 0)).startsWith(110, 110, 110, 111);
        }
    }

    /** What {@code Image.convert("L")} of Pillow 12.3 makes of a few colours. */
    @ParameterizedTest
    @CsvSource({"0, 0, 0, 0", "255, 255, 255, 255", "255, 0, 0, 76", "0, 255, 0, 150", "0, 0, 255, 29",
        "30, 60, 90, 54", "1, 2, 3, 2", "200, 100, 50, 124", "17, 250, 99, 163", "254, 255, 254, 255"})
    void colourBecomesPillowsGrey(int red, int green, int blue, int grey) {
        byte[] pixels = {(byte) red, (byte) green, (byte) blue};
        byte[] luma = new byte[1];
        PixelBytes.convert(pixels, 3, 1, 1, luma);
        assertThat(luma[0] & 0xFF).isEqualTo(grey);
    }

    @Test
    void aMixIsReadAsGreyWhereThatIsSaid() throws IOException {
        mixed(ImageFiles.COLOUR, ImageFiles.GREY);
        try (DataSplit split = open(ColorMode.GREY)) {
            assertThat(split.train().channels()).isEqualTo(1);
            assertThat(split.train().converted()).contains(ColorMode.GREY);
            // (50, 50 + x, 50 + y): 0.587 x + 0.114 y more than 50
            assertThat(image(split.train(), 0)).containsExactly(50, 51, 51, 50, 51, 51);
            assertThat(image(split.train(), 1)).containsExactly(80, 81, 82, 80, 81, 82);
        }
    }

    @Test
    void colourIsConvertedBeforeItIsResized() throws IOException {
        mixed(ImageFiles.COLOUR, ImageFiles.GREY);
        try (DataSplit split = DataSource.open(
                root, DataOptions.defaults().withColor(ColorMode.RGB).withImageSize(4))) {
            assertThat(split.train().imageBytes()).isEqualTo(4 * 4 * 3);
            byte[] grey = image(split.train(), 1);
            for (int i = 0; i < grey.length; i += 3) {
                assertThat(grey[i]).isEqualTo(grey[i + 1]).isEqualTo(grey[i + 2]).isBetween((byte) 80, (byte) 82);
            }
        }
    }

    @Test
    void aColouredImageAmongVeryManyGreyOnesIsFound() throws IOException {
        for (int i = 0; i < 300; i++) {
            write(String.format("train/0/%03d.png", i), ImageFiles.GREY, i % 100);
        }
        write("train/0/006.png", ImageFiles.COLOUR, 100);
        write("test/0/a.png", ImageFiles.GREY, 110);
        try (DataSplit split = open(ColorMode.AUTO)) {
            assertThat(split.train().channels()).isEqualTo(3);
            assertThat(image(split.train(), 6)).startsWith(100, 100, 100, 100, 101, 100);
        }
    }

    @Test
    void colourInTheTestSplitOnlyIsNamedWithTheRemedy() throws IOException {
        write("train/0/a.png", ImageFiles.GREY, 1);
        write("test/0/a.png", ImageFiles.COLOUR, 110);
        assertThatThrownBy(() -> open(ColorMode.AUTO)).isInstanceOf(DataException.class)
                .hasMessage(root + "/test/0/a.png: is in colour, but others, such as " + root
                        + "/train/0/a.png, are grey; say what all are read as: --color rgb or --color grey");
    }

    @ParameterizedTest
    @EnumSource
    void drawnDigitsAreGreyUnlessColourIsWanted(ColorMode color) {
        DigitsOptions few = DigitsOptions.defaults().withTrain(1).withTest(1);
        try (DataSplit grey = DataSource.digits(few);
                DataSplit split =
                        DataSource.adapted(DataSource.digits(few), DataOptions.defaults().withColor(color))) {
            assertThat(split.test().channels()).isEqualTo(color == ColorMode.RGB ? 3 : 1);
            byte[] expected = image(grey.train(), 0);
            byte[] found = image(split.train(), 0);
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).isEqualTo(expected[i / split.train().channels()]);
            }
            assertThat(split.train().converted().stream().toList())
                    .isEqualTo(color == ColorMode.AUTO ? List.of() : List.of(color));
        }
    }

    @Test
    void archivesAreLookedAtToo() throws IOException {
        mixed(ImageFiles.GREY, ImageFiles.COLOUR);
        Path archive = root.resolveSibling(root.getFileName() + ".zip");
        ImageFiles.zip(root, "", archive);
        try (DataSplit split = DataSource.open(archive, DataOptions.defaults())) {
            assertThat(split.train().channels()).isEqualTo(3);
        }
        Files.delete(archive);
    }
}
