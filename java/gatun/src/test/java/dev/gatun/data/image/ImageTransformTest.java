package dev.gatun.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.data.SeededRandom;
import dev.gatun.data.image.Augmentation.Pad;
import dev.gatun.data.image.Augmentation.RandomCrop;
import dev.gatun.data.image.Augmentation.RandomHorizontalFlip;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageTransformTest {
    /** Makes values equal to pixel values. */
    private static final Normalization PLAIN = Normalization.grey(0, 1 / 255f);

    private static final byte[] TWO_BY_THREE = {1, 2, 3, 4, 5, 6};
    private static final ImageSize SIZE = new ImageSize(2, 3);
    private static final Augmentation FLIP = new RandomHorizontalFlip(1);

    private static int[] apply(long seed, Augmentation... augmentations) {
        return apply(PLAIN, SIZE, TWO_BY_THREE, seed, augmentations);
    }

    private static int[] apply(
            Normalization normalization, ImageSize size, byte[] pixels, long seed, Augmentation... augmentations) {
        ImageTransform transform = new ImageTransform(size, normalization, List.of(augmentations));
        float[] result = new float[transform.output().height() * transform.output().width() * normalization.channels()];
        transform.apply(pixels, new SeededRandom().seed(seed, 0, 0), result, 0);
        int[] rounded = new int[result.length];
        for (int i = 0; i < result.length; i++) {
            rounded[i] = Math.round(result[i]);
        }
        return rounded;
    }

    @Test
    void noneCopies() {
        assertThat(apply(0)).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void flipMirrorsRows() {
        assertThat(apply(0, FLIP)).containsExactly(3, 2, 1, 6, 5, 4);
        assertThat(apply(0, FLIP, FLIP)).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(apply(0, new RandomHorizontalFlip(0))).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void padSurroundsWithBlack() {
        int[] padded = {0, 0, 0, 0, 0, 0, 1, 2, 3, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0};
        int[] mirrored = {0, 0, 0, 0, 0, 0, 3, 2, 1, 0, 0, 6, 5, 4, 0, 0, 0, 0, 0, 0};
        assertThat(apply(0, new Pad(1))).isEqualTo(padded);
        assertThat(apply(0, new Pad(1), FLIP)).isEqualTo(mirrored);
        assertThat(apply(0, FLIP, new Pad(1))).isEqualTo(mirrored);
    }

    @Test
    void blackIsNormalizedToo() {
        Normalization normalization = Normalization.grey(-7 / 255f, 1 / 255f);
        assertThat(apply(normalization, SIZE, TWO_BY_THREE, 0, new Pad(1))).startsWith(7, 7, 7, 7, 7, 7, 8, 9, 10, 7);
    }

    @Test
    void cropTakesEveryPlace() {
        Set<List<Integer>> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            int[] crop = apply(seed, new RandomCrop(1, 2));
            seen.add(List.of(crop[0], crop[1]));
        }
        assertThat(seen).containsExactlyInAnyOrder(List.of(1, 2), List.of(2, 3), List.of(4, 5), List.of(5, 6));
    }

    @Test
    void cropAfterFlipAndPadAfterCrop() {
        Set<List<Integer>> seen = new HashSet<>();
        for (int seed = 0; seed < 200; seed++) {
            int[] crop = apply(seed, FLIP, new RandomCrop(1, 2), new Pad(1));
            assertThat(crop).hasSize(12).startsWith(0, 0, 0, 0, 0).endsWith(0, 0, 0, 0, 0);
            seen.add(List.of(crop[5], crop[6]));
        }
        assertThat(seen).containsExactlyInAnyOrder(List.of(3, 2), List.of(2, 1), List.of(6, 5), List.of(5, 4));
    }

    /** Includes crops that see nothing but border. */
    @Test
    void cropOfAPaddedImageEqualsDoingItStepByStep() {
        int[] padded = apply(0, new Pad(3), FLIP);
        for (int seed = 0; seed < 300; seed++) {
            SeededRandom random = new SeededRandom().seed(seed, 0, 0);
            random.nextDouble();
            int top = random.nextInt(7);
            int left = random.nextInt(8);
            int[] expected = {
                padded[top * 9 + left], padded[top * 9 + left + 1],
                padded[top * 9 + 9 + left], padded[top * 9 + 9 + left + 1]
            };
            assertThat(apply(seed, new Pad(3), FLIP, new RandomCrop(2, 2))).isEqualTo(expected);
        }
    }

    @Test
    void channelsStayTogether() {
        Normalization plain = new Normalization(new float[3], new float[] {1 / 255f, 1 / 255f, 0.1f / 255f});
        byte[] pixels = {1, 2, 3, 4, 5, (byte) 200};
        assertThat(apply(plain, new ImageSize(1, 2), pixels, 0, FLIP)).containsExactly(4, 5, 2000, 1, 2, 30);
        assertThat(apply(plain, new ImageSize(1, 2), pixels, 0, new Pad(1)))
                .containsExactly(
                        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                        0, 0, 0, 1, 2, 30, 4, 5, 2000, 0, 0, 0,
                        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void anyNumberOfChannels() {
        Normalization two = new Normalization(new float[2], new float[] {1 / 255f, 0.1f / 255f});
        assertThat(apply(two, new ImageSize(1, 3), new byte[] {1, 2, 3, 4, 5, 6}, 0, FLIP))
                .containsExactly(5, 60, 3, 40, 1, 20);
    }

    @Test
    void sameSeedSameImage() {
        Augmentation[] cifar = {new Pad(1), new RandomCrop(2, 3), new RandomHorizontalFlip(0.5)};
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            int[] once = apply(seed, cifar);
            assertThat(apply(seed, cifar)).isEqualTo(once);
            seen.add(Arrays.toString(once));
        }
        assertThat(seen).hasSizeGreaterThan(10);
    }

    @Test
    void cifarKeepsTheSize() {
        ImageSize size = new ImageSize(32, 32);
        assertThat(Augmentation.resize(Augmentation.cifar(), size)).isEqualTo(size);
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> apply(0, new RandomCrop(3, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a crop of 3 x 3 does not fit into images of 2 x 3: pad them first, or crop less");
        assertThatThrownBy(() -> new RandomHorizontalFlip(1.5)).hasMessageContaining("1.5");
        assertThatThrownBy(() -> new RandomHorizontalFlip(Double.NaN)).hasMessageContaining("NaN");
        assertThatThrownBy(() -> new Pad(-1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> new RandomCrop(0, 1)).hasMessageContaining("0 x 1");
    }
}
