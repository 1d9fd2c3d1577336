package dev.gatun.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.op.RmsNormalization;
import dev.gatun.op.RmsNormalizationBackward;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
        assertThat(infer(Convolution.square(2, 3), f32(8, 3, 224, 224), f32(64, 3, 7, 7)))
                .isEqualTo(Shape.of(8, 64, 112, 112));
        Convolution odd = Convolution.over(2).stride(2, 1).padding(1, 0).dilation(1, 2).groups(2);
        assertThat(infer(odd, f32(1, 4, 7, 6), f32(6, 2, 3, 2), f32(6))).isEqualTo(Shape.of(1, 6, 4, 4));
        refused("does not fit the channels", Convolution.square(1, 0), f32(1, 4, 7, 6), f32(6, 2, 3, 3));
        // 5 outputs in 2 groups
        refused("in 2 groups does not fit the channels", odd, f32(1, 4, 7, 6), f32(5, 2, 3, 2));
        refused("a window of height 9 does not fit into 7", Convolution.square(1, 0), f32(1, 4, 7, 6), f32(6, 4, 9, 9));
        refused("weight must have 4 dimensions", Convolution.square(1, 0), f32(1, 4, 7, 6), f32(6, 4));
        refused("bias must be f32(6), got f32(5)", Convolution.square(1, 1), f32(1, 4, 7, 6), f32(6, 4, 3, 3), f32(5));
        refused("convolution takes 2 to 3 inputs, got 1", Convolution.square(1, 1), f32(1, 4, 7, 6));
        assertThatThrownBy(() -> Convolution.square(0, 1))
                .hasMessageContaining("got stride 0, dilation 1, padding 0 before and 0 after");
    }

    @Test
    void convolutionsOfOneAndThreeAxes() {
        Convolution line = Convolution.over(1).stride(2).padding(new long[] {1}, new long[] {2}).dilation(3);
        assertThat(infer(line, f32(2, 3, 10), f32(4, 3, 3))).isEqualTo(Shape.of(2, 4, 4));
        Convolution volume = Convolution.over(3).stride(1, 2, 3).padding(0, 1, 2).groups(2);
        assertThat(infer(volume, f32(2, 4, 5, 6, 7), f32(6, 2, 1, 2, 3))).isEqualTo(Shape.of(2, 6, 5, 4, 3));
        refused("x must have 3 dimensions, got f32(2x3x10x1)", line, f32(2, 3, 10, 1), f32(4, 3, 3));
        refused("a window of length 25 does not fit into 10 + 1 + 2", line, f32(2, 3, 10), f32(4, 3, 9));
        refused("a window of depth 6 does not fit into 5 + 0 + 0", volume, f32(2, 4, 5, 6, 7), f32(6, 2, 6, 2, 3));
    }

    @Test
    void convolutionsThatCannotBe() {
        refusedToBuild("1 to 3 spatial axes wanted, got 4", () -> Convolution.over(4));
        refusedToBuild("1 to 3 spatial axes wanted, got 0", () -> Convolution.over(0));
        refusedToBuild("got stride 1, dilation -1,", () -> Convolution.over(2).dilation(-1));
        refusedToBuild("padding 0 before and -1 after", () -> new Slide(1, 1, 0, -1));
        refusedToBuild("all at most 2147483647, got stride 2147483648", () -> new Slide(1L << 31, 1, 0, 0));
        refusedToBuild("groups must be at least 1, got 0", () -> Convolution.over(2).groups(0));
        refusedToBuild("stride wanted for each of 2 spatial axes, got 3", () -> Convolution.over(2).stride(1, 2, 3));
        refusedToBuild("padding wanted for each of 2 spatial axes, got 1",
                () -> Convolution.over(2).padding(new long[] {1, 1}, new long[] {1}));
    }

    private static void refusedToBuild(String message, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(message);
    }

    /** Two operations for each weight at each output. */
    @Test
    void flopsOfAConvolutionWithoutOutputChannels() {
        assertThat(Convolution.square(1, 1).flops(List.of(f32(2, 3, 4, 4), f32(0, 3, 3, 3)))).isZero();
    }

    @Test
    void flopsOfAConvolution() {
        assertThat(Convolution.square(1, 1).flops(List.of(f32(2, 3, 4, 4), f32(5, 3, 3, 3))))
                .isEqualTo(2L * (2 * 5 * 4 * 4) * (3 * 3 * 3));
    }

    @Test
    void linear() {
        Linear op = new Linear();
        assertThat(infer(op, f32(8, 5), f32(3, 5), f32(3))).isEqualTo(Shape.of(8, 3));
        assertThat(infer(op, f32(8, 5, 2, 2), f32(3, 5, 2, 2))).isEqualTo(Shape.of(8, 3));
        refused("does not fit x", op, f32(8, 5), f32(3, 4));
        refused("does not fit x", op, f32(8, 5, 2, 2), f32(3, 20));
        refused("linear: weight (3x0) has no elements", op, f32(8, 0), f32(3, 0));
        refused("linear: weight (0x5) has no elements", op, f32(8, 5), f32(0, 5));
    }

    @Test
    void batchNormalization() {
        BatchNormalization op = BatchNormalization.standard();
        TensorType c = f32(3);
        assertThat(op.infer(List.of(f32(2, 3, 4, 4), c, c, c, c))).containsExactly(
                f32(2, 3, 4, 4), c, c, new TensorType(DType.U8, Shape.of(2, 3, 4, 4)));
        assertThat(op.withMode(BatchNormalization.Mode.INFERENCE).infer(List.of(f32(1, 3), c, c, c, c)))
                .containsExactly(f32(1, 3));
        refused("more than one value per channel", op, f32(1, 3, 1, 1), c, c, c, c);
        refused("shift must be f32(3)", op, f32(2, 3), c, f32(4), c, c);
        assertThatThrownBy(() -> new BatchNormalization(-1, new Averaging.Cumulative(),
                BatchNormalization.Mode.TRAINING)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("epsilon must not be negative, got -1.0");
        refusedToBuild("momentum must lie in [0, 1], got 1.5", () -> new Averaging.Exponential(1.5));
        BatchNormalization counting = op.withEpsilon(1e-5).withAveraging(new Averaging.Cumulative());
        assertThat(counting.infer(List.of(f32(2, 3, 4), c, c, c, c, f32()))).hasSize(4);
        refused("takes 6 inputs, got 5", counting, f32(2, 3, 4), c, c, c, c);
        refused("batches must be f32(), got f32(1)", counting, f32(2, 3, 4), c, c, c, c, f32(1));
        refused("in inference has no gradient",
                new BatchNormalizationBackward(op.withMode(BatchNormalization.Mode.INFERENCE)), c);
    }

    @Test
    void pools() {
        assertThat(infer(new Pool(PoolKind.MAX, Window.of(3, 3).stride(2).padding(1)), f32(1, 2, 112, 112)))
                .isEqualTo(Shape.of(1, 2, 56, 56));
        assertThat(infer(new Pool(PoolKind.AVERAGE, Window.of(3, 2).stride(1, 2).padding(1, 0)), f32(1, 2, 5, 6)))
                .isEqualTo(Shape.of(1, 2, 5, 3));
        assertThat(infer(Pool.global(PoolKind.AVERAGE, Shape.of(4, 2, 7, 7)), f32(4, 2, 7, 7)))
                .isEqualTo(Shape.of(4, 2, 1, 1));
        assertThatThrownBy(() -> Window.of(3, 3).stride(1).padding(2, 1))
                .hasMessageContaining("more than half of the window");
        refused("does not fit into 2", new Pool(PoolKind.MAX, Window.square(3)), f32(1, 1, 2, 2));
        assertThat(infer(new Pool(PoolKind.MAX, Window.of(2).dilation(3).stride(1)), f32(1, 2, 8)))
                .isEqualTo(Shape.of(1, 2, 5));
        assertThat(infer(Pool.global(PoolKind.MAX, Shape.of(4, 2, 3, 4, 5)), f32(4, 2, 3, 4, 5)))
                .isEqualTo(Shape.of(4, 2, 1, 1, 1));
        refused("a window lies in the padding",
                new Pool(PoolKind.MAX, Window.of(2).dilation(3).stride(1).padding(2)), f32(1, 1, 1));
        refusedToBuild("only max pooling has a dilation", () -> new Pool(PoolKind.AVERAGE, Window.of(2).dilation(2)));
        refusedToBuild("padding 3 holds a window of 3", () -> new Window.Axis(3, new Slide(1, 1, 0, 3)));
        refusedToBuild("a window of 1 to 2147483647 elements wanted, got 0", () -> new Window.Axis(0, Slide.PLAIN));
        refusedToBuild("x (N, C, spatial...) of 1 to 3 spatial axes wanted, got (4x2)",
                () -> Pool.global(PoolKind.MAX, Shape.of(4, 2)));
    }

    @Test
    void theRest() {
        assertThat(infer(Reshape.flatten(Shape.of(4, 2, 7, 7)), f32(4, 2, 7, 7))).isEqualTo(Shape.of(4, 98));
        refused("does not fill", new Reshape(Shape.of(5)), f32(2, 3));
        refused("labels must be i32(4)", new SoftmaxCrossEntropy(), f32(4, 3), TensorType.i32(3));
        refused("floating-point input wanted", new Unary(UnaryFunction.RELU), TensorType.i32(3));
        assertThatThrownBy(() -> new Dropout(1, 0)).hasMessageContaining("rate must lie in [0, 1)");
        assertThat(new SoftmaxCrossEntropy().infer(List.of(f32(4, 3), TensorType.i32(4)))).containsExactly(
                f32(), f32(4, 3), new TensorType(DType.I64, Shape.of()));
    }

    @Test
    void broadcasting() {
        Binary op = new Binary(BinaryFunction.DIVIDE);
        assertThat(infer(op, f32(2, 3, 4, 5), f32(3, 1, 1))).isEqualTo(Shape.of(2, 3, 4, 5));
        assertThat(infer(op, f32(4, 1), f32(5))).isEqualTo(Shape.of(4, 5));
        assertThat(infer(op, f32(), f32(0, 5))).isEqualTo(Shape.of(0, 5));
        refused("shapes (2x3) and (2) do not broadcast", op, f32(2, 3), f32(2));
        refused("divide takes 2 inputs, got 1", op, f32(2, 3));
        refused("inputs of one type wanted", op, f32(2), new TensorType(DType.F64, Shape.of(2)));
        assertThat(infer(new Broadcast(Shape.of(4, 5)), f32(5))).isEqualTo(Shape.of(4, 5));
        refused("(4x5) does not repeat into (5)", new Broadcast(Shape.of(5)), f32(4, 5));
    }

    @Test
    void reductions() {
        Reduce op = Reduce.over(Reduction.MEAN, 0, 2);
        assertThat(infer(op, f32(2, 3, 4))).isEqualTo(Shape.of(3));
        assertThat(infer(op.withReduced(Reduce.Axes.KEPT), f32(2, 3, 4))).isEqualTo(Shape.of(1, 3, 1));
        assertThat(infer(Reduce.all(Reduction.SUM, 3), f32(2, 3, 4))).isEqualTo(Shape.of());
        refused("reduce_mean: axes [0, 2] of a tensor (2x3)", op, f32(2, 3));
        assertThatThrownBy(() -> Reduce.over(Reduction.MAX, 1, 1))
                .hasMessageContaining("axes are counted from 0 and rise");
        assertThatThrownBy(() -> Reduce.over(Reduction.MAX, -1))
                .hasMessageContaining("axes are counted from 0 and rise");
    }

    @Test
    void products() {
        MatMul transposed = new MatMul(MatMul.Given.TRANSPOSED, MatMul.Given.PLAIN);
        assertThat(infer(MatMul.plain(), f32(3, 4), f32(4, 5))).isEqualTo(Shape.of(3, 5));
        assertThat(infer(transposed, f32(7, 4, 3), f32(2, 1, 4, 5))).isEqualTo(Shape.of(2, 7, 3, 5));
        assertThat(MatMul.plain().flops(List.of(f32(3, 4), f32(4, 5)))).isEqualTo(2L * 3 * 4 * 5);
        refused("(3x4) transposed and (4x5) have no product", transposed, f32(3, 4), f32(4, 5));
        refused("have no product", MatMul.plain(), f32(4), f32(4, 5));
    }

    @Test
    void moves() {
        Transpose transpose = new Transpose(List.of(2, 0, 1));
        assertThat(infer(transpose, f32(2, 3, 4))).isEqualTo(Shape.of(4, 2, 3));
        assertThat(transpose.inverse().permutation()).containsExactly(1, 2, 0);
        refused("transpose: a permutation of 2 dimensions wanted for (2x3), got [2, 0, 1]", transpose, f32(2, 3));
        assertThatThrownBy(() -> new Transpose(List.of(0, 2)))
                .hasMessageContaining("every dimension from 0 on is wanted once, got [0, 2]");
        assertThat(infer(new Slice(1, 1, 2), f32(2, 3))).isEqualTo(Shape.of(2, 2));
        refused("slice: 2 .. 3 along axis 1 do not lie in (2x3)", new Slice(1, 2, 2), f32(2, 3));
        refused("slice: axis 2 of a tensor (2x3)", new Slice(2, 0, 1), f32(2, 3));
        assertThatThrownBy(() -> new Slice(0, -1, 1)).hasMessageContaining("start -1");
        refused("slice: 1 .. 9223372036854775807 along axis 0", new Slice(0, 1, Long.MAX_VALUE), f32(2, 3));
        assertThat(infer(new Concat(0), f32(2, 3), f32(1, 3))).isEqualTo(Shape.of(3, 3));
        refused("concat: (1x4) does not continue (2x3) along axis 0", new Concat(0), f32(2, 3), f32(1, 4));
        refused("inputs of one type wanted", new Concat(0), f32(2), TensorType.i32(2));
        assertThat(infer(new Pad(1, 2, 1), f32(2, 3))).isEqualTo(Shape.of(2, 6));
        refused("pad: 9223372036854775807 before and 9223372036854775807 after (2x3)",
                new Pad(1, Long.MAX_VALUE, Long.MAX_VALUE), f32(2, 3));
        assertThatThrownBy(() -> new Pad(0, -1, 0)).hasMessageContaining("pad: axis is counted from 0");
    }

    @Test
    void choicesAndProbabilities() {
        assertThat(infer(Gather.along(1), f32(2, 5, 3), TensorType.i32(4, 6))).isEqualTo(Shape.of(2, 4, 6, 3));
        refused("gather: indices must be i32, got f32(4)", Gather.along(0), f32(2, 3), f32(4));
        refused("gather: the padding index 5 is none of the 5 rows", new Gather(0, 5), f32(5, 3), TensorType.i32(4));
        refused("where: b must be f32(2)", new Where(), f32(2), f32(2), f32(1));
        refused("softmax: axis 2 of a tensor (2x3)", new Softmax(2, SoftmaxKind.SOFTMAX), f32(2, 3));
        LayerNormalization rows = new LayerNormalization(1, 0, LayerNormalization.Scaling.SCALE_AND_SHIFT);
        assertThat(rows.infer(List.of(f32(2, 5, 3), f32(3), f32(3)))).containsExactly(f32(2, 5, 3), f32(2, 5),
                f32(2, 5));
        refused("layer_normalization: shift must be f32(3), got f32(4)", rows, f32(2, 3), f32(3), f32(4));
        refused("(3) has no rows besides the 1 dimensions", rows, f32(3), f32(3), f32(3));
        GroupNormalization groups = new GroupNormalization(2, 0, LayerNormalization.Scaling.SCALE_AND_SHIFT);
        assertThat(groups.infer(List.of(f32(3, 4, 5), f32(4), f32(4)))).containsExactly(f32(3, 4, 5), f32(3, 2),
                f32(3, 2));
        refused("the channels of (3x5x2) do not split into 2 groups", groups, f32(3, 5, 2), f32(5), f32(5));
        refused("group_normalization: scale must be f32(4), got f32(2)", groups, f32(3, 4), f32(2), f32(4));
        assertThatThrownBy(() -> new GroupNormalization(0, 1, LayerNormalization.Scaling.NONE)).hasMessage(
                "group_normalization: at least one group and an epsilon that is not negative wanted, got 0 and 1.0");
        GroupNormalizationBackward grouped = new GroupNormalizationBackward(groups);
        assertThat(grouped.infer(List.of(f32(3, 4), f32(3, 4), f32(3, 2), f32(3, 2), f32(4)))).containsExactly(
                f32(3, 4), f32(4), f32(4));
        refused("group_normalization_backward: mean must be f32(3x2), got f32(3)", grouped,
                f32(3, 4), f32(3, 4), f32(3), f32(3, 2), f32(4));
        InstanceNormalization instances = new InstanceNormalization(0, new Averaging.Exponential(0.1));
        assertThat(instances.infer(List.of(f32(3, 4, 5), f32(4), f32(4), f32(4), f32(4)))).containsExactly(
                f32(3, 4, 5), f32(3, 4), f32(3, 4));
        refused("instance_normalization: (N, C, spatial...) of more than one value a channel wanted, got f32(3x4x1)",
                instances, f32(3, 4, 1), f32(4), f32(4), f32(4), f32(4));
        refused("instance_normalization: running variance must be f32(4), got f32(5)", instances,
                f32(3, 4, 2), f32(4), f32(4), f32(4), f32(5));
        assertThatThrownBy(() -> new InstanceNormalization(-1, new Averaging.Exponential(0.1))).hasMessage(
                "instance_normalization: epsilon must not be negative, got -1.0");
        RmsNormalization roots = new RmsNormalization(0, RmsNormalization.Scaling.SCALE);
        assertThat(roots.infer(List.of(f32(2, 5, 3), f32(3)))).containsExactly(f32(2, 5, 3), f32(2, 5));
        assertThat(roots.infer(List.of(f32(3), f32(3)))).containsExactly(f32(3), f32());
        refused("rms_normalization takes 2 inputs, got 1", roots, f32(2, 3));
        refused("rms_normalization: scale must be f32(3), got f32(2)", roots, f32(2, 3), f32(2));
        refused("rms_normalization: a tensor with a dimension wanted, got the scalar f32()", roots, f32(), f32(1));
        assertThatThrownBy(() -> new RmsNormalization(-1, RmsNormalization.Scaling.NONE)).hasMessage(
                "rms_normalization: an epsilon that is not negative wanted, got -1.0");
        RmsNormalizationBackward rooted = new RmsNormalizationBackward(roots);
        assertThat(rooted.infer(List.of(f32(2, 3), f32(2, 3), f32(2), f32(3)))).containsExactly(f32(2, 3), f32(3));
        refused("rms_normalization_backward: mean_square must be f32(2), got f32(3)", rooted, f32(2, 3), f32(2, 3),
                f32(3), f32(3));
        LayerNormalizationBackward backward = new LayerNormalizationBackward(rows);
        assertThat(backward.infer(List.of(f32(2, 3), f32(2, 3), f32(2), f32(2), f32(3)))).containsExactly(f32(2, 3),
                f32(3), f32(3));
        refused("layer_normalization_backward takes 5 inputs, got 1", backward, f32(2, 3));
        refused("variance must be f32(2), got f32(3)", backward, f32(2, 3), f32(2, 3), f32(2), f32(3), f32(3));
        refused("scale must be f32(3), got f32(2)", backward, f32(2, 3), f32(2, 3), f32(2), f32(2), f32(2));
    }

    @Test
    void numbersOfFunctions() {
        assertThatThrownBy(() -> new ParametricFunction.LeakyRelu(-0.1))
                .hasMessageContaining("leaky_relu: slope must be finite and not negative, got -0.1");
        assertThatThrownBy(() -> new ParametricFunction.Elu(Double.NaN))
                .hasMessageContaining("elu: alpha must be finite and not negative, got NaN");
        assertThatThrownBy(() -> new ParametricFunction.Clip(1, 1))
                .hasMessageContaining("clip: low must be less than high, got 1.0 and 1.0");
        assertThatThrownBy(() -> new ParametricFunction.Softplus(0))
                .hasMessageContaining("softplus: beta must be positive and finite, got 0.0");
    }

    /** A blocked layout is padded with zeros; what keeps them may run over them. */
    @Test
    void whatKeepsZeroFollowsFromTheFormulas() {
        List<UnaryFunction> keep = Arrays.stream(UnaryFunction.values()).filter(f -> new Unary(f).keepsZero()).toList();
        assertThat(keep).containsExactly(UnaryFunction.RELU, UnaryFunction.TANH, UnaryFunction.SQRT,
                UnaryFunction.SQUARE,
                UnaryFunction.ABS, UnaryFunction.NEGATE, UnaryFunction.GELU, UnaryFunction.GELU_TANH,
                UnaryFunction.SILU, UnaryFunction.HARD_SWISH, UnaryFunction.MISH);
        assertThat(new Unary(new ParametricFunction.Clip(-1, 1)).keepsZero()).isTrue();
        assertThat(new Unary(new ParametricFunction.Clip(0.5, 1)).keepsZero()).isFalse();
        assertThat(new Unary(new ParametricFunction.Softplus(1)).keepsZero()).isFalse();
        List<UnaryFunction> backward =
                Arrays.stream(UnaryFunction.values()).filter(f -> new UnaryBackward(f).keepsZero()).toList();
        assertThat(backward).doesNotContain(UnaryFunction.LOG, UnaryFunction.SQRT, UnaryFunction.RECIPROCAL)
                .contains(UnaryFunction.SIGMOID, UnaryFunction.EXP);
        List<BinaryFunction> binary = Arrays.stream(BinaryFunction.values()).filter(f -> new Binary(f).keepsZero())
                .toList();
        assertThat(binary).doesNotContain(BinaryFunction.DIVIDE, BinaryFunction.GREATER_EQUAL)
                .contains(BinaryFunction.ADD);
        assertThat(Affine.times(3).keepsZero()).isTrue();
        assertThat(Affine.plus(3).keepsZero()).isFalse();
    }
}
