package dev.gatun.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class DigitImagesTest {
    private static final DigitsOptions SMALL = DigitsOptions.defaults().withTrain(500).withTest(500);

    private static byte[] image(ImageDataset images, int index) {
        byte[] pixels = new byte[images.imageBytes()];
        images.read(index, pixels);
        return pixels;
    }

    @Test
    void defaults() {
        try (DataSplit split = DataSource.digits(DigitsOptions.defaults())) {
            ImageDataset train = split.train();
            assertThat(train.size()).isEqualTo(20_000);
            assertThat(split.test().size()).isEqualTo(4_000);
            assertThat(new int[] {train.channels(), train.height(), train.width(), train.classes()})
                    .containsExactly(1, 28, 28, 10);
            assertThat(train.classNames()).containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        }
    }

    @Test
    void imageDependsOnSeedAndIndexOnly() {
        ImageDataset one = DataSource.digits(SMALL).train();
        ImageDataset two = DataSource.digits(SMALL.withTrain(600)).train();
        for (int i = 499; i >= 0; i--) {
            assertThat(image(one, i)).isEqualTo(image(two, i)).isEqualTo(image(one, i));
            assertThat(one.label(i)).isEqualTo(two.label(i));
        }
    }

    @Test
    void noTwoImagesAreTheSame() {
        Set<String> seen = new HashSet<>();
        for (long seed = 1; seed <= 2; seed++) {
            DataSplit split = DataSource.digits(SMALL.withSeed(seed));
            for (int i = 0; i < 500; i++) {
                seen.add(Arrays.toString(image(split.train(), i)));
                seen.add(Arrays.toString(image(split.test(), i)));
            }
        }
        assertThat(seen).hasSize(2000);
    }

    @Test
    void allClassesAreDrawnAboutEquallyOften() {
        ImageDataset train = DataSource.digits(DigitsOptions.defaults()).train();
        int[] counts = new int[10];
        for (int i = 0; i < train.size(); i++) {
            counts[train.label(i)]++;
        }
        for (int count : counts) {
            assertThat(count).isBetween(1800, 2200);
        }
    }

    /** Light on dark, with ink in the middle and none in the corners. */
    @Test
    void looksLikeWriting() {
        ImageDataset train = DataSource.digits(SMALL).train();
        double middle = 0;
        double corners = 0;
        for (int i = 0; i < train.size(); i++) {
            byte[] pixels = image(train, i);
            int brightest = 0;
            for (int p = 0; p < pixels.length; p++) {
                int value = pixels[p] & 0xFF;
                int row = p / 28;
                int column = p % 28;
                brightest = Math.max(brightest, value);
                if (row >= 7 && row < 21 && column >= 7 && column < 21) {
                    middle += value / 196.0 / train.size();
                } else if ((row < 3 || row > 24) && (column < 3 || column > 24)) {
                    corners += value / 36.0 / train.size();
                }
            }
            assertThat(brightest).as("image %s", i).isGreaterThan(110);
        }
        assertThat(middle).isBetween(60.0, 130.0);
        assertThat(corners).isBetween(5.0, 40.0);
    }

    /** Written down once: a figure that was measured on the digits can be measured again. */
    @Test
    void imagesNeverChange() {
        CRC32 crc = new CRC32();
        ImageDataset train = DataSource.digits(DigitsOptions.defaults()).train();
        for (int i = 0; i < 100; i++) {
            crc.update(image(train, i));
        }
        assertThat(crc.getValue()).isEqualTo(2442833568L);
    }

    @Test
    void useAfterCloseThrows() {
        DataSplit split = DataSource.digits(SMALL);
        split.close();
        assertThatThrownBy(() -> image(split.train(), 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void refusesOtherIndicesAndEmptySplits() {
        ImageDataset train = DataSource.digits(SMALL).train();
        assertThatThrownBy(() -> image(train, 500)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> train.label(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> SMALL.withTest(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
