package dev.gatun.onednn.primitive;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.shape.Shape;
import org.junit.jupiter.api.Test;

class FaultsTest {
    @Test
    void aConvolutionOfMoreImagesThanMemoryHoldsIsNotTried() {
        assertThatCode(() -> Faults.checkImages(Shape.of(1L << 26, 3, 2, 2))).doesNotThrowAnyException();
        assertThatThrownBy(() -> Faults.checkImages(Shape.of(100_000_000, 3, 2, 2)))
                .isInstanceOf(PrimitiveDescriptor.UnimplementedException.class)
                .hasMessage("a convolution takes at most 67108864 images in a batch, got 100000000");
    }
}
