package dev.gatun.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShapeInferenceTest {
    private static TensorType f32(long... extents) {
        return TensorType.f32(extents);
    }

    private static Shape infer(Op op, TensorType... inputs) {
        return op.infer(Arrays.asList(inputs)).getFirst().shape();
    }

    private static void refused(String message, Op op, TensorType... inputs) {
        assertThatThrownBy(() -> op.infer(Arrays.asList(inputs))).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void convolution() {
        assertThat(infer(Convolution.square(2, 3), f32(8, 3, 224, 224), f32(64, 3, 7, 7))).isEqualTo(Shape.of(8, 64, 112, 112));
        Convolution odd = new Convolution(2, 1, 1, 0, 1, 2, 2, Activation.NONE);
        assertThat(infer(odd, f32(1, 4, 7, 6), f32(6, 2, 3, 2), f32(6))).isEqualTo(Shape.of(1, 6, 4, 4));
        refused("does not fit the channels", Convolution.square(1, 0), f32(1, 4, 7, 6), f32(6, 2, 3, 3));
        refused("in 2 groups does not fit the channels", odd, f32(1, 4, 7, 6), f32(5, 2, 3, 2)); // 5 outputs in 2 groups
        refused("a window of height 9 does not fit into 7", Convolution.square(1, 0), f32(1, 4, 7, 6), f32(6, 4, 9, 9));
        refused("weight must have 4 dimensions", Convolution.square(1, 0), f32(1, 4, 7, 6), f32(6, 4));
        refused("bias must be f32(6), got f32(5)", Convolution.square(1, 1), f32(1, 4, 7, 6), f32(6, 4, 3, 3), f32(5));
        refused("convolution takes 2 to 3 inputs, got 1", Convolution.square(1, 1), f32(1, 4, 7, 6));
        assertThatThrownBy(() -> Convolution.square(0, 1)).hasMessageContaining("stride 0x0");
    }

    /** Two operations for each weight at each output. */
    @Test
    void flopsOfAConvolution() {
        assertThat(Convolution.square(1, 1).flops(List.of(f32(2, 3, 4, 4), f32(5, 3, 3, 3))))
                .isEqualTo(2L * (2 * 5 * 4 * 4) * (3 * 3 * 3));
    }

    @Test
    void linear() {
        Linear op = new Linear(Activation.NONE);
        assertThat(infer(op, f32(8, 5), f32(3, 5), f32(3))).isEqualTo(Shape.of(8, 3));
        assertThat(infer(op, f32(8, 5, 2, 2), f32(3, 5, 2, 2))).isEqualTo(Shape.of(8, 3));
        refused("does not fit x", op, f32(8, 5), f32(3, 4));
        refused("does not fit x", op, f32(8, 5, 2, 2), f32(3, 20));
    }

    @Test
    void batchNormalization() {
        BatchNormalization op = BatchNormalization.standard();
        TensorType c = f32(3);
        assertThat(op.infer(List.of(f32(2, 3, 4, 4), c, c, c, c))).containsExactly(
                f32(2, 3, 4, 4), c, c, new TensorType(DType.U8, Shape.of(2, 3, 4, 4)));
        assertThat(op.with(BatchNormalization.Mode.INFERENCE).infer(List.of(f32(1, 3), c, c, c, c)))
                .containsExactly(f32(1, 3));
        refused("more than one value per channel", op, f32(1, 3, 1, 1), c, c, c, c);
        refused("shift must be f32(3)", op, f32(2, 3), c, f32(4), c, c);
        assertThatThrownBy(() -> new BatchNormalization(-1, 0.1, BatchNormalization.Mode.TRAINING, Activation.NONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pools() {
        assertThat(infer(new MaxPool(new Window(3, 3, 2, 2, 1, 1)), f32(1, 2, 112, 112))).isEqualTo(Shape.of(1, 2, 56, 56));
        assertThat(infer(new AvgPool(new Window(3, 2, 1, 2, 1, 0)), f32(1, 2, 5, 6))).isEqualTo(Shape.of(1, 2, 5, 3));
        assertThat(infer(new GlobalAvgPool(), f32(4, 2, 7, 7))).isEqualTo(Shape.of(4, 2, 1, 1));
        assertThatThrownBy(() -> new Window(3, 3, 1, 1, 2, 1)).hasMessageContaining("more than half of the window");
        refused("does not fit into 2", new MaxPool(Window.square(3)), f32(1, 1, 2, 2));
    }

    @Test
    void theRest() {
        assertThat(infer(new Flatten(), f32(4, 2, 7, 7))).isEqualTo(Shape.of(4, 98));
        refused("does not fill", new Reshape(Shape.of(5)), f32(2, 3));
        refused("labels must be i32(4)", new SoftmaxCrossEntropy(), f32(4, 3), TensorType.i32(3));
        refused("floating-point input wanted", new Relu(), TensorType.i32(3));
        assertThatThrownBy(() -> new Dropout(1, 0)).hasMessageContaining("rate must lie in [0, 1)");
        assertThat(new SoftmaxCrossEntropy().infer(List.of(f32(4, 3), TensorType.i32(4)))).containsExactly(
                f32(), f32(4, 3), new TensorType(DType.I64, Shape.of()));
    }
}
