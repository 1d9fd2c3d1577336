package dev.gatun.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.data.DataException;
import dev.gatun.data.DataOptions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CentreResizeTest {
    @TempDir
    Path folder;

    static List<String> figures() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                CentreResizeTest.class.getResourceAsStream("/dev/gatun/data/resize.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
        }
    }

    private static byte[] image(int height, int width, int channels) {
        byte[] pixels = new byte[height * width * channels];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    pixels[(y * width + x) * channels + c] = (byte) (y * 7 + x * 13 + c * 29 + x * y % 17 * 11);
                }
            }
        }
        return pixels;
    }

    private void write(String file, int height, int width, int channels) throws IOException {
        BufferedImage image = new BufferedImage(width, height,
                channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB);
        byte[] pixels = image(height, width, channels);
        for (int i = 0; i < height * width; i++) {
            for (int c = 0; c < channels; c++) {
                image.getRaster().setSample(i % width, i / width, c, pixels[i * channels + c] & 0xFF);
            }
        }
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        ImageIO.write(image, "png", path.toFile());
    }

    @ParameterizedTest
    @MethodSource("figures")
    void pixelsAreThoseOfTorchvision(String line) throws IOException {
        String[] words = line.split(" ", -1);
        int height = Integer.parseInt(words[0]);
        int width = Integer.parseInt(words[1]);
        int channels = Integer.parseInt(words[2]);
        int size = Integer.parseInt(words[3]);
        byte[] expected = HexFormat.of().parseHex(words[4]);
        byte[] found = new byte[size * size * channels];
        new CentreResize(size).apply(image(height, width, channels), new ImageSize(height, width), channels, found);
        assertThat(found).isEqualTo(expected);
    }

    /** Through files: folders of mixed sizes are read. */
    @Test
    void foldersOfMixedSizesBecomeImagesOfOneSize() throws IOException {
        write("train/a/1.png", 37, 23, 3);
        write("train/b/1.png", 63, 48, 3);
        write("test/a/1.png", 5, 9, 3);
        assertThatThrownBy(() -> {
            try (DataSplit split = DataSource.open(folder, DataOptions.defaults())) {
                split.train().read(1, new byte[63 * 48 * 3]);
            }
        }).isInstanceOf(DataException.class).hasMessageContaining("(or give one: --image-size)");
        try (DataSplit split = DataSource.open(folder, DataOptions.defaults().withImageSize(16))) {
            assertThat(split.train().height()).isEqualTo(16);
            assertThat(split.test().width()).isEqualTo(16);
            byte[] expected = new byte[16 * 16 * 3];
            new CentreResize(16).apply(image(63, 48, 3), new ImageSize(63, 48), 3, expected);
            for (int time = 0; time < 2; time++) { // decoded, and kept
                byte[] found = new byte[16 * 16 * 3];
                split.train().read(1, found);
                assertThat(found).isEqualTo(expected);
            }
        }
        write("train/b/2.png", 8, 8, 1);
        try (DataSplit split = DataSource.open(folder, DataOptions.defaults().withImageSize(16))) {
            byte[] grey = new byte[16 * 16];
            new CentreResize(16).apply(image(8, 8, 1), new ImageSize(8, 8), 1, grey);
            byte[] found = new byte[16 * 16 * 3];
            split.train().read(2, found);
            for (int i = 0; i < found.length; i++) {
                assertThat(found[i]).isEqualTo(grey[i / 3]);
            }
        }
    }

    @Test
    void imagesOfOneSizeAreResizedToo() {
        try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(3).withTest(2));
                DataSplit large = DataSource.adapted(
                        DataSource.digits(DigitsOptions.defaults().withTrain(3).withTest(2)),
                        DataOptions.defaults().withImageSize(56))) {
            byte[] small = new byte[28 * 28];
            byte[] found = new byte[56 * 56];
            byte[] expected = new byte[56 * 56];
            digits.train().read(2, small);
            new CentreResize(56).apply(small, new ImageSize(28, 28), 1, expected);
            large.train().read(2, found);
            assertThat(found).isEqualTo(expected);
            assertThat(large.train().imageBytes()).isEqualTo(56 * 56);
        }
        assertThatIllegalArgumentException().isThrownBy(() -> DataOptions.defaults().withImageSize(-1))
                .withMessageContaining("image size must not be negative");
    }
}
