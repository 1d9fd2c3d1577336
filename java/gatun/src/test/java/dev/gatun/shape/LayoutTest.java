package dev.gatun.shape;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Offsets against the formula of each layout, written out by hand, for every element. */
class LayoutTest {
    private static final int N = 2;
    private static final int C = 5;
    private static final int H = 3;
    private static final int W = 4;
    private static final Shape IMAGES = Shape.of(N, C, H, W);

    private interface Formula {
        long offset(int n, int c, int h, int w);
    }

    private static void check(Layout layout, Formula formula, long physical) {
        assertThat(layout.physicalElements()).isEqualTo(physical);
        Set<Long> seen = new HashSet<>();
        for (int n = 0; n < N; n++) {
            for (int c = 0; c < C; c++) {
                for (int h = 0; h < H; h++) {
                    for (int w = 0; w < W; w++) {
                        long offset = layout.offset(n, c, h, w);
                        assertThat(offset).as("%s of %d,%d,%d,%d", layout, n, c, h, w)
                                .isEqualTo(formula.offset(n, c, h, w));
                        assertThat(offset).isBetween(0L, physical - 1);
                        assertThat(seen.add(offset)).as("%d twice", offset).isTrue();
                    }
                }
            }
        }
    }

    @Test
    void rowMajor() {
        Layout layout = Layout.rowMajor(IMAGES);
        check(layout, (n, c, h, w) -> ((n * C + c) * H + h) * W + w, 120);
        assertThat(layout).hasToString("abcd");
        assertThat(layout.isRowMajor(IMAGES)).isTrue();
        assertThat(layout.isChannelsLast(IMAGES)).isFalse();
    }

    @Test
    void channelsLast() {
        Layout layout = Layout.channelsLast(IMAGES);
        check(layout, (n, c, h, w) -> ((n * H + h) * W + w) * C + c, 120);
        assertThat(layout).hasToString("acdb");
        assertThat(layout.isChannelsLast(IMAGES)).isTrue();
        assertThat(layout.isRowMajor(IMAGES)).isFalse();
        assertThat(Layout.channelsLast(Shape.of(2, 3))).isEqualTo(Layout.rowMajor(Shape.of(2, 3)));
    }

    /** Five channels in one block of 16, eleven of them padding. */
    @Test
    void channelsInBlocks() {
        Layout layout = Layout.blocked(
                new long[] {H * W * 16, H * W * 16, W * 16, 16}, new long[] {N, 16, H, W}, new int[] {16},
                new int[] {1});
        check(layout, (n, c, h, w) -> ((n * H + h) * W + w) * 16 + c, N * 16 * H * W);
    }

    /** Two outer blocks of four channels. */
    @Test
    void channelsInSeveralBlocks() {
        Layout layout = Layout.blocked(
                new long[] {2 * H * W * 4, H * W * 4, W * 4, 4}, new long[] {N, 8, H, W}, new int[] {4}, new int[] {1});
        check(layout, (n, c, h, w) -> (((n * 2 + c / 4) * H + h) * W + w) * 4 + c % 4, N * 8 * H * W);
        assertThat(layout).hasToString("aBcd4b");
    }

    /** Weights as convolutions like them: OIhw16i16o. */
    @Test
    void weightsInTwoBlocks() {
        Layout layout = Layout.blocked(new long[] {H * W * 256, H * W * 256, W * 256, 256}, new long[] {16, 16, H, W},
                new int[] {16, 16}, new int[] {1, 0});
        check(layout, (o, i, h, w) -> (h * W + w) * 256 + i * 16 + o, 256 * H * W);
        assertThat(layout).hasToString("ABcd16b16a");
    }

    /** One dimension split twice, as low precision wants it: OIhw2i8o2i. */
    @Test
    void weightsInNestedBlocks() {
        Layout layout = Layout.blocked(new long[] {2 * H * W * 32, H * W * 32, W * 32, 32}, new long[] {8, 8, H, W},
                new int[] {2, 8, 2}, new int[] {1, 0, 1});
        check(layout, (o, i, h, w) -> ((i / 4 * H + h) * W + w) * 32 + i / 2 % 2 * 16 + o * 2 + i % 2, 2 * H * W * 32);
    }

    @Test
    void scalarsAndEmptyTensors() {
        assertThat(Layout.rowMajor(Shape.of()).physicalElements()).isEqualTo(1);
        assertThat(Layout.rowMajor(Shape.of()).offset()).isZero();
        assertThat(Layout.rowMajor(Shape.of(2, 0, 3)).physicalElements()).isZero();
    }

    /** A 1x1 image has the same layout in both, although the strides differ. */
    @Test
    void stridesOfExtentOneDoNotMatter() {
        Shape shape = Shape.of(2, 3, 1, 1);
        assertThat(Layout.channelsLast(shape)).isNotEqualTo(Layout.rowMajor(shape));
        assertThat(Layout.channelsLast(shape).isRowMajor(shape)).isTrue();
        assertThat(Layout.channelsLast(shape).sameLayout(shape, Layout.rowMajor(shape))).isTrue();
    }

    @Test
    void paddingMakesAnotherLayout() {
        Shape shape = Shape.of(1, 3, 1, 1);
        Layout blocked = Layout.blocked(
                new long[] {4, 4, 4, 4}, new long[] {1, 4, 1, 1}, new int[] {4}, new int[] {1});
        assertThat(blocked.sameLayout(shape, Layout.rowMajor(shape))).isFalse();
    }
}
