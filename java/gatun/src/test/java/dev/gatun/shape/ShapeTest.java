package dev.gatun.shape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
    @Test
    void aScalarHasOneElementAndAnEmptyTensorNone() {
        assertThat(Shape.of().elements()).isEqualTo(1);
        assertThat(Shape.of().rank()).isZero();
        assertThat(Shape.of(3, 0, 2).elements()).isZero();
    }

    @Test
    void onesHaveARankAndOneElement() {
        assertThat(Shape.ones(3)).isEqualTo(Shape.of(1, 1, 1));
        assertThat(Shape.ones(0)).isEqualTo(Shape.of());
        assertThat(Shape.ones(2).with(0, 5)).isEqualTo(Shape.of(5, 1));
    }

    @Test
    void countsAreLong() {
        assertThat(Shape.of(1L << 20, 1L << 20).elements()).isEqualTo(1L << 40);
        assertThat(TensorType.f32(1L << 20, 1L << 20).bytes()).isEqualTo(1L << 42);
        assertThatThrownBy(() -> Shape.of(1L << 40, 1L << 40)).isInstanceOf(ArithmeticException.class);
    }

    /** The JVM leaves out the messages of its own exceptions in methods that it has compiled. */
    @Test
    void anOverflowIsNamedHoweverOftenItHappens() {
        for (int i = 0; i < 50_000; i++) {
            long extent = (1L << 40) + i;
            try {
                Shape.of(extent, extent);
            } catch (ArithmeticException e) {
                assertThat(e.getMessage()).isEqualTo("the number of elements of shape [" + extent + ", " + extent
                        + "] overflows 64 bits");
            }
        }
        assertThatThrownBy(() -> TensorType.f32(1L << 40, 1L << 22).bytes()).isInstanceOf(ArithmeticException.class)
                .hasMessage("the size of f32(1099511627776x4194304) in bytes overflows 64 bits");
    }

    @Test
    void negativeIndicesCountFromTheLast() {
        Shape shape = Shape.of(2, 3, 5);
        assertThat(shape.extent(-1)).isEqualTo(5);
        assertThat(shape.extent(-3)).isEqualTo(2);
        assertThatThrownBy(() -> shape.extent(3)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("dimension 3 of shape (2x3x5)");
        assertThatThrownBy(() -> shape.extent(-4)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void negativeExtentsAreRefused() {
        assertThatThrownBy(() -> Shape.of(2, -1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[2, -1]");
    }

    @Test
    void isAValue() {
        long[] extents = {2, 3};
        Shape shape = Shape.of(extents);
        extents[0] = 9;
        shape.extents()[1] = 9;
        assertThat(shape).isEqualTo(Shape.of(2, 3)).hasSameHashCodeAs(Shape.of(2, 3)).hasToString("(2x3)");
        assertThat(shape.with(1, 7)).isEqualTo(Shape.of(2, 7));
        assertThat(shape.rowMajorStrides()).containsExactly(3, 1);
        assertThat(TensorType.f32(2, 3)).hasToString("f32(2x3)");
    }
}
