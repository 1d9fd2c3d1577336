package dev.gatun.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ThumbnailTest {
    private static BufferedImage read(byte[] png) throws IOException {
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    @Test
    void smallImagesKeepEveryPixel() throws IOException {
        for (int channels : new int[] {1, 3}) {
            byte[] pixels = new byte[5 * 7 * channels];
            new Random(1).nextBytes(pixels);
            BufferedImage image = read(Thumbnail.png(pixels, 5, 7, channels));
            assertThat(image.getHeight()).isEqualTo(5);
            assertThat(image.getWidth()).isEqualTo(7);
            for (int i = 0; i < 35; i++) {
                int[] sample = image.getRaster().getPixel(i % 7, i / 7, (int[]) null);
                for (int channel = 0; channel < channels; channel++) {
                    assertThat(sample[channel]).isEqualTo(pixels[i * channels + channel] & 0xFF);
                }
            }
        }
    }

    @Test
    void largeOnesAreAveraged() throws IOException {
        byte[] pixels = new byte[128 * 100];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i % 2 == 0 ? 0 : 200);
        }
        BufferedImage image = read(Thumbnail.png(pixels, 128, 100, 1));
        assertThat(image.getHeight()).isEqualTo(Thumbnail.SIDE);
        assertThat(image.getWidth()).isEqualTo(50);
        assertThat(image.getRaster().getSample(3, 3, 0)).isEqualTo(100);
    }
}
