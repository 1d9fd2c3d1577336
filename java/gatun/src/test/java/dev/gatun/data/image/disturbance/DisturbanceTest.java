package dev.gatun.data.image.disturbance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.MemoryImages;
import dev.gatun.data.image.PatternImages;
import dev.gatun.data.image.WrappedImages;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DisturbanceTest {
    private static DataSplit clean(int train, int test) {
        return new DataSplit(new PatternImages(train, 3, 8, 8), new PatternImages(test, 3, 8, 8));
    }

    private static int[] labels(ImageDataset images) {
        return IntStream.range(0, images.size()).map(images::label).toArray();
    }

    private static byte[] pixels(ImageDataset images, int index) {
        byte[] pixels = new byte[images.imageBytes()];
        images.read(index, pixels);
        return pixels;
    }

    private static long[] perClass(ImageDataset images) {
        long[] counts = new long[images.classes()];
        IntStream.range(0, images.size()).forEach(i -> counts[images.label(i)]++);
        return counts;
    }

    @Test
    void nothingIsTheSameObject() {
        DataSplit split = clean(10, 10);
        assertThat(new Disturbance.None().apply(split, 1)).isSameAs(split);
    }

    @Test
    void labelNoiseGivesTheRateOfOtherLabelsAndNothingElse() {
        DataSplit split = clean(20_000, 10);
        DataSplit noisy = new Disturbance.LabelNoise(0.3).apply(split, 1);
        int[] counts = new int[10];
        int wrong = 0;
        for (int i = 0; i < 20_000; i++) {
            int moved = Math.floorMod(noisy.train().label(i) - split.train().label(i), 10);
            counts[moved]++;
            wrong += moved == 0 ? 0 : 1;
        }
        assertThat(wrong).isCloseTo(6_000, within(200)); // three deviations of a binomial
        for (int moved = 1; moved < 10; moved++) {
            assertThat(counts[moved]).as("moved by %d", moved).isCloseTo(667, within(80));
        }
        assertThat(pixels(noisy.train(), 5)).isEqualTo(pixels(split.train(), 5));
        assertThat(noisy.test()).isSameAs(split.test());
    }

    @Test
    void everyLabelIsWrongAtRateOneAndNoneWhereThereIsOneClass() {
        DataSplit split = clean(500, 10);
        int[] labels = labels(new Disturbance.LabelNoise(1).apply(split, 1).train());
        assertThat(IntStream.range(0, 500)).allMatch(i -> labels[i] != i % 10);
        MemoryImages one = new MemoryImages("one", List.of("a"), new ImageSize(1, 1), new byte[1], new byte[1]);
        assertThat(new NoisyLabels(one, 1, 1).label(0)).isZero();
    }

    @Test
    void theSeedDecidesAndNothingElse() {
        DataSplit split = clean(200, 10);
        for (Disturbance disturbance : List.of(new Disturbance.LabelNoise(0.5), new Disturbance.Imbalance(5))) {
            int[] first = labels(disturbance.apply(split, 1).train());
            assertThat(labels(disturbance.apply(split, 1).train())).isEqualTo(first);
            assertThat(labels(disturbance.apply(split, 2).train())).as("%s", disturbance)
                    .satisfies(second -> assertThat(Arrays.equals(second, first)).isFalse());
        }
        Disturbance noise = new Disturbance.InputNoise(0.2);
        byte[] first = pixels(noise.apply(split, 1).train(), 3);
        assertThat(pixels(noise.apply(split, 1).train(), 3)).isEqualTo(first);
        assertThat(pixels(noise.apply(split, 2).train(), 3)).isNotEqualTo(first);
        assertThat(pixels(noise.apply(split, 1).train(), 4)).isNotEqualTo(first);
    }

    @Test
    void inputNoiseHasItsDeviationAroundThePixel() {
        byte[] grey = new byte[100_000];
        Arrays.fill(grey, (byte) 128);
        ImageDataset images = new MemoryImages("grey", List.of("a"), new ImageSize(100, 1000), grey, new byte[1]);
        byte[] noisy = pixels(new NoisyPixels(images, 0.1, 1), 0);
        double mean = IntStream.range(0, noisy.length).map(i -> noisy[i] & 0xFF).average().orElseThrow();
        double variance = IntStream.range(0, noisy.length).mapToDouble(i -> Math.pow((noisy[i] & 0xFF) - mean, 2))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(128, within(0.5));
        assertThat(Math.sqrt(variance)).isCloseTo(25.5, within(0.5));
    }

    @Test
    void inputNoiseStopsAtBlackAndWhite() {
        byte[] black = pixels(new NoisyPixels(new MemoryImages("black", List.of("a"), new ImageSize(10, 10),
                new byte[100], new byte[1]), 1, 1), 0);
        assertThat(IntStream.range(0, 100).filter(i -> black[i] == 0).count()).as("half of the noise is darker")
                .isBetween(30L, 70L);
    }

    @Test
    void imbalanceFallsGeometricallyAndTestsAllClassesAlike() {
        DataSplit split = new DataSplit(new PatternImages(5_000, 1, 4, 4), new PatternImages(95, 1, 4, 4));
        DataSplit tail = new Disturbance.Imbalance(100).apply(split, 1);
        // 500 * 100^(-c/9), rounded
        assertThat(perClass(tail.train())).containsExactly(500, 300, 180, 108, 65, 39, 23, 14, 8, 5);
        assertThat(perClass(tail.test())).as("the rarest has 9 of 95").containsOnly(9);
    }

    @Test
    void imbalanceLeavesOneOfEachClass() {
        assertThat(perClass(new Disturbance.Imbalance(1e6).apply(clean(20, 10), 1).train()))
                .startsWith(2).endsWith(1).doesNotContain(0);
    }

    @Test
    void closingClosesWhatWasDisturbed() {
        AtomicInteger closed = new AtomicInteger();
        ImageDataset counted = new WrappedImages(new PatternImages(20, 1, 4, 4)) {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        new Disturbance.InputNoise(1).apply(new DataSplit(counted, counted), 1).close();
        assertThat(closed).hasValue(2);
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertThatThrownBy(() -> new Disturbance.LabelNoise(0)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the rate of wrong labels must be above 0 and at most 1, got 0.0");
        assertThatThrownBy(() -> new Disturbance.LabelNoise(1.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Disturbance.InputNoise(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Disturbance.Imbalance(1))
                .hasMessage("the ratio of class sizes must be above 1, got 1.0");
    }
}
