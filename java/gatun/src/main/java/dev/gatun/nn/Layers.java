package dev.gatun.nn;

import dev.gatun.op.Dropout;
import dev.gatun.op.Pool;
import dev.gatun.op.Reshape;
import dev.gatun.op.Unary;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import java.util.List;

/** Layers by the field's names. */
public final class Layers {
    private Layers() {}

    /** A convolution with a bias over {@code (N, C, length)}; see {@link Conv} for stride, padding and the rest. */
    public static Conv conv1d(long channels, long kernel) {
        return Conv.over(1, channels, kernel);
    }

    /** A convolution with a bias over {@code (N, C, H, W)}, of one extent for both axes or of two. */
    public static Conv conv2d(long channels, long... kernel) {
        return Conv.over(2, channels, kernel);
    }

    /** A convolution with a bias over {@code (N, C, D, H, W)}, of one extent for all axes or of three. */
    public static Conv conv3d(long channels, long... kernel) {
        return Conv.over(3, channels, kernel);
    }

    /** A transposed convolution with a bias over {@code (N, C, length)}; see {@link ConvTranspose}. */
    public static ConvTranspose convTranspose1d(long channels, long kernel) {
        return ConvTranspose.over(1, channels, kernel);
    }

    /** A transposed convolution with a bias over {@code (N, C, H, W)}, of one extent for both axes or of two. */
    public static ConvTranspose convTranspose2d(long channels, long... kernel) {
        return ConvTranspose.over(2, channels, kernel);
    }

    /** A transposed convolution with a bias over {@code (N, C, D, H, W)}, of one extent for all axes or of three. */
    public static ConvTranspose convTranspose3d(long channels, long... kernel) {
        return ConvTranspose.over(3, channels, kernel);
    }

    /** A fully connected layer with a bias. */
    public static Dense linear(long outputs) {
        return new Dense(outputs);
    }

    /** Batch normalisation with PyTorch's constants. */
    public static BatchNorm batchNorm() {
        return new BatchNorm();
    }

    /** Layer normalisation over the last dimension, with PyTorch's epsilon. */
    public static LayerNorm layerNorm() {
        return new LayerNorm();
    }

    /** Division by the root of the mean square over the last dimension. */
    public static RmsNorm rmsNorm() {
        return new RmsNorm();
    }

    /** Normalisation of groups of channels of each example. */
    public static GroupNorm groupNorm(long groups) {
        return new GroupNorm(groups);
    }

    /** Normalisation of each channel of each example, without a scale, as is PyTorch's default. */
    public static InstanceNorm instanceNorm() {
        return new InstanceNorm();
    }

    /** A vector of a width for each of some indices. */
    public static Embedding embedding(long rows, long width) {
        return new Embedding(rows, width);
    }

    /** Probabilities along a dimension; negative ones count from the last. */
    public static Layer softmax(int axis) {
        return (graph, name, input) -> TensorFunctions.softmax(graph, name, input, axis);
    }

    /** Their logarithms. */
    public static Layer logSoftmax(int axis) {
        return (graph, name, input) -> TensorFunctions.logSoftmax(graph, name, input, axis);
    }

    /** The first half along a dimension times the sigmoid of the second. */
    public static Layer glu(int axis) {
        return (graph, name, input) -> TensorFunctions.glu(graph, name, input, axis);
    }

    /** {@code max(x, 0)}. */
    public static Layer relu() {
        return unary(UnaryFunction.RELU);
    }

    /** {@code 1 / (1 + exp(-x))}. */
    public static Layer sigmoid() {
        return unary(UnaryFunction.SIGMOID);
    }

    /** The hyperbolic tangent. */
    public static Layer tanh() {
        return unary(UnaryFunction.TANH);
    }

    /** {@code x} above 0, {@code slope * x} elsewhere; PyTorch's slope is 0.01. */
    public static Layer leakyRelu(double slope) {
        return unary(new ParametricFunction.LeakyRelu(slope));
    }

    /** A leaky ReLU whose slopes are learned; see {@link PRelu}. */
    public static PRelu pRelu() {
        return new PRelu();
    }

    /** {@code x} where it lies between two numbers, the nearer of them elsewhere. */
    public static Layer clip(double low, double high) {
        return unary(new ParametricFunction.Clip(low, high));
    }

    /** {@code min(max(x, 0), 6)}. */
    public static Layer relu6() {
        return clip(0, 6);
    }

    /** {@code x} above 0, {@code alpha * (exp(x) - 1)} elsewhere; PyTorch's alpha is 1. */
    public static Layer elu(double alpha) {
        return unary(new ParametricFunction.Elu(alpha));
    }

    /** An ELU times a number, both chosen to keep mean 0 and variance 1 (Klambauer et al., 2017). */
    public static Layer selu() {
        return (graph, name, input) -> Functions.affine(graph, name, 1.0507009873554805,
                Functions.unary(graph, name + ".elu", new ParametricFunction.Elu(1.6732632423543772), input), 0);
    }

    /** {@code x * Phi(x)}, where Phi is the standard normal distribution. */
    public static Layer gelu() {
        return unary(UnaryFunction.GELU);
    }

    /** GELU with an approximation of the distribution by the hyperbolic tangent. */
    public static Layer geluTanh() {
        return unary(UnaryFunction.GELU_TANH);
    }

    /** {@code x * sigmoid(x)}, also called Swish. */
    public static Layer silu() {
        return unary(UnaryFunction.SILU);
    }

    /** {@code x / 6 + 1/2}, at least 0 and at most 1. */
    public static Layer hardSigmoid() {
        return unary(UnaryFunction.HARD_SIGMOID);
    }

    /** {@code x * hardSigmoid(x)}. */
    public static Layer hardSwish() {
        return unary(UnaryFunction.HARD_SWISH);
    }

    /** {@code log(1 + exp(beta * x)) / beta}; PyTorch's beta is 1. */
    public static Layer softplus(double beta) {
        return unary(new ParametricFunction.Softplus(beta));
    }

    /** {@code x * tanh(softplus(x))}. */
    public static Layer mish() {
        return unary(UnaryFunction.MISH);
    }

    /** Any function of one variable, on each element. */
    public static Layer unary(ScalarFunction function) {
        return (graph, name, input) -> graph.apply(name, new Unary(function), input);
    }

    /**
     * The largest value of each window of {@code (N, C, spatial...)}, of one extent for all axes or one for each;
     * windows do not overlap unless {@link Pooling#stride} says so.
     */
    public static Pooling maxPool(long... size) {
        return Pooling.of(PoolKind.MAX, size);
    }

    /** The mean of each window, padding counted as zeros; see {@link Pooling#withoutPadding}. */
    public static Pooling avgPool(long... size) {
        return Pooling.of(PoolKind.AVERAGE, size);
    }

    /** The mean of each channel: {@code (N, C, spatial...) -> (N, C, 1...)}. */
    public static Layer globalAvgPool() {
        return global(PoolKind.AVERAGE);
    }

    /** The largest value of each channel: {@code (N, C, spatial...) -> (N, C, 1...)}. */
    public static Layer globalMaxPool() {
        return global(PoolKind.MAX);
    }

    private static Layer global(PoolKind kind) {
        return (graph, name, input) -> graph.apply(name, Pool.global(kind, input.type().shape()), input);
    }

    /** Means of windows that are chosen so that a result of the given extents comes out; see {@link AdaptivePool}. */
    public static AdaptivePool adaptiveAvgPool(long... extents) {
        return AdaptivePool.of(PoolKind.AVERAGE, extents);
    }

    /** The same of largest values. */
    public static AdaptivePool adaptiveMaxPool(long... extents) {
        return AdaptivePool.of(PoolKind.MAX, extents);
    }

    /** {@code (N, ...) -> (N, features)}. */
    public static Layer flatten() {
        return (graph, name, input) -> graph.apply(name, Reshape.flatten(input.type().shape()), input);
    }

    /** Zeroes elements with the given probability while training. Dropouts of one model differ by their names. */
    public static Layer dropout(double rate) {
        return (graph, name, input) -> graph.apply(name, new Dropout(rate, name.hashCode()), input);
    }

    /** Images that are some times as high and wide. */
    public static Layer upsample(long factor, ImageFunctions.Interpolation interpolation) {
        return (graph, name, input) -> {
            Shape shape = input.type().shape();
            return ImageFunctions.resize(graph, name, input, Math.multiplyExact(factor, shape.extent(-2)),
                    Math.multiplyExact(factor, shape.extent(-1)), interpolation);
        };
    }

    /** Pixels on all sides that mirror the image. */
    public static Layer reflectionPad(long pixels) {
        return (graph, name, input) -> ImageFunctions.reflectionPad(graph, name, input, pixels);
    }

    /** Pixels on all sides that repeat the outermost. */
    public static Layer replicationPad(long pixels) {
        return (graph, name, input) -> ImageFunctions.replicationPad(graph, name, input, pixels);
    }

    /** Each {@code factor^2} channels become one that is {@code factor} times as high and wide. */
    public static Layer pixelShuffle(long factor) {
        return (graph, name, input) -> ImageFunctions.pixelShuffle(graph, name, input, factor);
    }

    /**
     * Zeroes whole channels of examples with the given probability while training (Tompson et al., 2015):
     * {@code (N, C, ...)}.
     */
    public static Layer spatialDropout(double rate) {
        return new SharedDropout(rate, SharedDropout.Dropped.CHANNELS);
    }

    /** Zeroes whole examples with the given probability while training: a residual that is left out (Huang, 2016). */
    public static Layer dropPath(double rate) {
        return new SharedDropout(rate, SharedDropout.Dropped.EXAMPLES);
    }

    /** Layers one after the other, named by their position: {@code 0}, {@code 1}, ... */
    public static Sequential sequential(Layer... layers) {
        return Sequential.of(List.of(layers));
    }
}
