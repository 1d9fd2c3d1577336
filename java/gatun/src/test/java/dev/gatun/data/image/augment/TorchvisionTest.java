package dev.gatun.data.image.augment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.data.image.pixel.Affine;
import dev.gatun.data.image.pixel.Colors;
import dev.gatun.data.image.pixel.PixelBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Changes of pixels beside what torchvision 0.28 makes with the same numbers, of tensors of bytes; resizing beside
 * Pillow's images. A line of the figures has the change, its number, the size and channels of the image, the size of
 * the result, and the result.
 */
class TorchvisionTest {
    static List<String> figures() throws IOException {
        try (InputStream in = Objects.requireNonNull(
                TorchvisionTest.class.getResourceAsStream("/dev/gatun/data/augmentations.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
        }
    }

    private static PixelBuffer image(int height, int width, int channels) {
        byte[] pixels = new byte[height * width * channels];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    pixels[(y * width + x) * channels + c] = (byte) (y * 7 + x * 13 + c * 29 + x * y % 17 * 11);
                }
            }
        }
        return new PixelBuffer(channels).load(pixels, height, width);
    }

    private static void change(String name, double number, PixelBuffer image) {
        switch (name) {
            case "rotate" -> Affine.rotation(number).bilinear(image);
            case "brightness" -> Colors.brightness(image, number);
            case "contrast" -> Colors.contrast(image, number);
            case "saturation" -> Colors.saturation(image, number);
            case "sharpness" -> Colors.sharpness(image, number);
            case "hue" -> Colors.hue(image, number);
            case "vertical-flip" -> image.flipVertically();
            case "horizontal-flip" -> image.flipHorizontally();
            case "pad" -> image.pad((int) number);
            case "resized-crop" -> image.resizedCrop(2, 1, 7, 9, 8, 5);
            default -> RandAugment.Change.valueOf(name).apply(image, number);
        }
    }

    @ParameterizedTest
    @MethodSource("figures")
    void differsByOneLevelAtMost(String figures) {
        String[] parts = figures.split(" ", -1);
        int[] sizes = Arrays.stream(parts, 2, 7).mapToInt(Integer::parseInt).toArray();
        PixelBuffer image = image(sizes[0], sizes[1], sizes[2]);
        change(parts[0], Double.parseDouble(parts[1]), image);
        assertThat(new int[] {image.height(), image.width()}).containsExactly(sizes[3], sizes[4]);
        byte[] wanted = HexFormat.of().parseHex(parts[7]);
        for (int i = 0; i < wanted.length; i++) {
            assertThat(image.pixels()[i] & 0xFF).as("%s %s, element %d", parts[0], parts[1], i)
                    .isBetween((wanted[i] & 0xFF) - 1, (wanted[i] & 0xFF) + 1);
        }
    }

    @Test
    void everyChangeOfRandAugmentIsCompared() throws IOException {
        List<String> names = figures().stream().map(line -> line.substring(0, line.indexOf(' '))).toList();
        assertThat(names).contains(Arrays.stream(RandAugment.Change.values()).map(Enum::name).toArray(String[]::new));
    }
}
