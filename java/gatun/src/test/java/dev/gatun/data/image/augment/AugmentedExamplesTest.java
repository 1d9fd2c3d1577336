package dev.gatun.data.image.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.data.Batch;
import dev.gatun.data.BatchLoader;
import dev.gatun.data.BatchLoaderOptions;
import dev.gatun.data.Sampler;
import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.ImageExamples;
import dev.gatun.data.image.ImageSize;
import dev.gatun.data.image.Normalization;
import dev.gatun.data.image.PatternImages;
import dev.gatun.data.image.pixel.Mixing;
import dev.gatun.data.image.pixel.PixelBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Augmented pictures as batches: what they depend on, and what they are. */
@ExtendWith(NoLeaks.class)
class AugmentedExamplesTest {
    private static final int SIZE = 12;
    private static final PatternImages IMAGES = new PatternImages(40, 3, SIZE, SIZE);
    private static final Normalization NORMALIZATION =
            new Normalization(new float[] {0.4f, 0.5f, 0.6f}, new float[] {0.2f, 0.25f, 0.3f});

    private static ImageExamples examples(String text, long seed) {
        AugmentationNames.Parsed parsed = AugmentationNames.parse(text, new ImageSize(SIZE, SIZE));
        ImageExamples plain = new ImageExamples(IMAGES, NORMALIZATION, parsed.steps(), seed);
        return parsed.mixing().isActive() ? plain.mixed(parsed.mixing(), 12).weighted(weights()) : plain;
    }

    private static float[] weights() {
        return new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
    }

    /** All fields of an epoch from some batch on, one list an image. */
    private static List<List<Float>> epoch(ImageExamples examples, long epoch, int firstBatch, int workers) {
        List<List<Float>> rows = new ArrayList<>();
        try (BatchLoader loader = new BatchLoader(examples, Sampler.shuffled(40, 5),
                        BatchLoaderOptions.defaults().withBatchSize(8).withWorkers(workers),
                        MemoryBudget.unlimited())) {
            loader.start(epoch, firstBatch);
            for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
                for (int row = 0; row < batch.size(); row++) {
                    List<Float> values = new ArrayList<>();
                    for (int field = 0; field < batch.fields().size(); field++) {
                        long elements = batch.tensor(field).byteSize() / Float.BYTES / batch.size();
                        for (long i = 0; i < elements; i++) {
                            values.add(batch.tensor(field).getAtIndex(ValueLayout.JAVA_FLOAT, row * elements + i));
                        }
                    }
                    rows.add(values);
                }
                loader.release(batch);
            }
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"flip+vertical-flip", "crop+rotate", "resized-crop+color:hue=0.2,brightness=0.5", "erase",
        "randaugment:ops=3+cutout", "flip+mixup", "cifar+cutmix"})
    void aPictureDependsOnSeedEpochAndImageAlone(String text) {
        List<List<Float>> first = epoch(examples(text, 7), 3, 0, 1);
        assertThat(epoch(examples(text, 7), 3, 0, 4)).as("other threads").isEqualTo(first);
        assertThat(epoch(examples(text, 7), 3, 2, 2)).as("resumed").isEqualTo(first.subList(16, 40));
        assertThat(epoch(examples(text, 8), 3, 0, 1)).as("another seed").isNotEqualTo(first);
        assertThat(epoch(examples(text, 7), 4, 0, 1)).as("another epoch").isNotEqualTo(first);
    }

    /** What only moves pixels comes out the same by either way. */
    @Test
    void bothWaysOfATransformAgree() {
        assertThat(epoch(examples("crop+flip+rotate:degrees=0", 7), 1, 0, 1))
                .isEqualTo(epoch(examples("crop+flip", 7), 1, 0, 1));
    }

    @Test
    void mixedPicturesHaveMixedTargets() {
        int pixels = 3 * SIZE * SIZE;
        int ofTwoClasses = 0;
        for (List<Float> row : epoch(examples("mixup:alpha=1", 7), 0, 0, 1)) {
            List<Float> targets = row.subList(pixels + 1, pixels + 13);
            assertThat(targets.stream().mapToDouble(Float::doubleValue).sum()).isCloseTo(1, within(1e-6));
            assertThat(targets.stream().filter(share -> share > 0).count()).isBetween(1L, 2L);
            ofTwoClasses += targets.stream().filter(share -> share > 0).count() == 2 ? 1 : 0;
            double weight = 0;
            for (int c = 0; c < 10; c++) {
                weight += targets.get(c) * weights()[c];
            }
            assertThat((double) row.getLast()).isCloseTo(weight, within(1e-5));
        }
        assertThat(ofTwoClasses).isGreaterThan(25);
    }

    /** Of black and white pictures, the share of the white is the share of their class. */
    @ParameterizedTest
    @ValueSource(strings = {"MIXUP", "CUTMIX"})
    void theShareIsThatOfThePixels(String kind) {
        Mixing mixing = new Mixing(Mixing.Kind.valueOf(kind), 1);
        SeededRandom random = new SeededRandom();
        for (int example = 0; example < 200; example++) {
            mixing.seeded(random, 1, 2, example);
            float[] image = new float[10 * 8 * 3];
            float[] other = new float[image.length];
            Arrays.fill(image, 1);
            double share = mixing.mix(image, other, 10, 8, mixing.share(random), random);
            double mean = 0;
            for (float value : image) {
                mean += value / image.length;
            }
            assertThat(mean).isCloseTo(share, within(1e-5));
        }
    }

    /** Beta(a, a) has the mean 1/2 and the variance 1 / (4 (2 a + 1)). */
    @ParameterizedTest
    @ValueSource(doubles = {0.2, 1, 5})
    void sharesAreBetaDistributed(double alpha) {
        Mixing mixing = new Mixing(Mixing.Kind.MIXUP, alpha);
        SeededRandom random = new SeededRandom();
        double sum = 0;
        double squares = 0;
        int count = 20_000;
        for (int i = 0; i < count; i++) {
            double share = mixing.share(mixing.seeded(random, 3, 0, i));
            sum += share;
            squares += (share - 0.5) * (share - 0.5);
        }
        assertThat(sum / count).isCloseTo(0.5, within(0.01));
        assertThat(squares / count).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.005));
    }

    /** Erased pixels are the mean of the data, which is 0 once normalised. */
    @Test
    void erasedRectanglesAreZero() {
        PixelBuffer image = new PixelBuffer(1).load(new byte[30], 5, 6);
        image.erase(-2, 4, 4, 9);
        float[] table = new float[256];
        table[0] = 7;
        float[] result = new float[30];
        image.normalize(table, result, 0);
        for (int i = 0; i < 30; i++) {
            assertThat(result[i]).isEqualTo(i / 6 < 2 && i % 6 >= 4 ? 0 : 7);
        }
        for (List<Float> row : epoch(examples("cutout:size=6", 7), 0, 0, 1)) {
            long zeros = row.subList(0, 3 * SIZE * SIZE).stream().filter(value -> value == 0).count();
            assertThat(zeros).isBetween(3L * 3 * 3, 3L * 6 * 6 + 20);
        }
    }
}
