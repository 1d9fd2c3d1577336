package dev.gatun.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class NormalizationTest {
    @Test
    void tableHoldsTheExactValues() {
        float[] table = new Normalization(new float[] {0.5f, 0.25f}, new float[] {0.5f, 2}).table();
        assertThat(table).hasSize(512);
        assertThat(table[0]).isEqualTo(-1);
        assertThat(table[255]).isEqualTo(1);
        assertThat(table[51]).isEqualTo((51 / 255f - 0.5f) / 0.5f);
        assertThat(table[256 + 255]).isEqualTo(0.375f);
    }

    @Test
    void measuresMeanAndPopulationDeviation() {
        byte[] pixels = {0, 0, (byte) 255, (byte) 255, 51, 51, 51, 51};
        ImageDataset images =
                new MemoryImages("two", List.of("a"), new ImageSize(2, 2), pixels, new byte[] {0, 0});
        Normalization all = Normalization.measure(images, 100);
        assertThat(all.mean()[0]).isCloseTo(0.35f, within(1e-6f));
        double variance = (0.35 * 0.35 + 0.65 * 0.65) / 4 + 0.15 * 0.15 / 2;
        assertThat(all.std()[0]).isCloseTo((float) Math.sqrt(variance), within(1e-6f));
        Normalization first = Normalization.measure(images, 1);
        assertThat(first).isEqualTo(Normalization.grey(0.5f, 0.5f));
    }

    @Test
    void measuresEachChannelOverImagesSpreadEvenly() {
        PatternImages images = new PatternImages(10, 3, 4, 4);
        double[] sums = new double[3];
        for (int image : new int[] {0, 5}) {
            for (int i = 0; i < 48; i++) {
                sums[i % 3] += PatternImages.pixel(image, i) / 255.0 / 32;
            }
        }
        float[] mean = Normalization.measure(images, 2).mean();
        for (int c = 0; c < 3; c++) {
            assertThat(mean[c]).isCloseTo((float) sums[c], within(1e-6f));
        }
    }

    @Test
    void constantChannelIsNotDividedByZero() {
        ImageDataset images =
                new MemoryImages("flat", List.of("a"), new ImageSize(1, 2), new byte[] {51, 51}, new byte[] {0});
        assertThat(Normalization.measure(images, 1)).isEqualTo(Normalization.grey(0.2f, 1));
    }

    @Test
    void comparesByContentAndCannotBeChanged() {
        float[] mean = {1, 2};
        Normalization one = new Normalization(mean, new float[] {3, 4});
        mean[0] = 9;
        one.mean()[1] = 9;
        one.std()[1] = 9;
        Normalization same = new Normalization(new float[] {1, 2}, new float[] {3, 4});
        assertThat(one).isEqualTo(same).hasSameHashCodeAs(same).hasToString("mean [1.0, 2.0], std [3.0, 4.0]");
        assertThat(one).isNotEqualTo(new Normalization(new float[] {1, 2}, new float[] {3, 5}));
    }

    @Test
    void refusesWhatCannotBeDividedBy() {
        assertThatThrownBy(() -> Normalization.grey(0, 0)).hasMessageContaining("positive");
        assertThatThrownBy(() -> Normalization.grey(Float.NaN, 1)).hasMessageContaining("finite");
        assertThatThrownBy(() -> new Normalization(new float[2], new float[1])).hasMessageContaining("2 and 1");
        PatternImages images = new PatternImages(1, 1, 1, 1);
        assertThatThrownBy(() -> Normalization.measure(images, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
