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

/** Factory of layers, by their usual names. */
public final class Layers {
    private Layers() {}

    /**
     * Returns a convolution with a bias over {@code (N, C, length)}; see {@link Conv} for stride, padding and the rest.
     */
    public static Conv conv1d(long channels, long kernel) {
        return Conv.over(1, channels, kernel);
    }

    /** Returns a convolution with a bias over {@code (N, C, H, W)}, of one extent for both axes or of two. */
    public static Conv conv2d(long channels, long... kernel) {
        return Conv.over(2, channels, kernel);
    }

    /** Returns a convolution with a bias over {@code (N, C, D, H, W)}, of one extent for all axes or of three. */
    public static Conv conv3d(long channels, long... kernel) {
        return Conv.over(3, channels, kernel);
    }

    /** Returns a transposed convolution with a bias over {@code (N, C, length)}; see {@link ConvTranspose}. */
    public static ConvTranspose convTranspose1d(long channels, long kernel) {
        return ConvTranspose.over(1, channels, kernel);
    }

    /**
     * Returns a transposed convolution with a bias over {@code (N, C, H, W)}, of one extent for both axes or of two.
     */
    public static ConvTranspose convTranspose2d(long channels, long... kernel) {
        return ConvTranspose.over(2, channels, kernel);
    }

    /**
     * Returns a transposed convolution with a bias over {@code (N, C, D, H, W)}, of one extent for all axes or of
     * three.
     */
    public static ConvTranspose convTranspose3d(long channels, long... kernel) {
        return ConvTranspose.over(3, channels, kernel);
    }

    /** Returns a fully connected layer with a bias. */
    public static Dense linear(long outputs) {
        return new Dense(outputs);
    }

    /** Returns batch normalisation with PyTorch's constants. */
    public static BatchNorm batchNorm() {
        return new BatchNorm();
    }

    /** Returns layer normalisation over the last dimension, with PyTorch's epsilon. */
    public static LayerNorm layerNorm() {
        return new LayerNorm();
    }

    /** Returns RMS normalisation: division by the root mean square over the last dimension. */
    public static RmsNorm rmsNorm() {
        return new RmsNorm();
    }

    /** Returns group normalisation: each group of channels of each example is normalised. */
    public static GroupNorm groupNorm(long groups) {
        return new GroupNorm(groups);
    }

    /** Returns instance normalisation, without scale and shift, as is PyTorch's default. */
    public static InstanceNorm instanceNorm() {
        return new InstanceNorm();
    }

    /** Returns an embedding: {@code rows} vectors of length {@code width}, looked up by index. */
    public static Embedding embedding(long rows, long width) {
        return new Embedding(rows, width);
    }

    /** Returns softmax along a dimension; a negative dimension counts from the last. */
    public static Layer softmax(int axis) {
        return (graph, name, input) -> TensorFunctions.softmax(graph, name, input, axis);
    }

    /** Returns the logarithm of softmax along a dimension; a negative dimension counts from the last. */
    public static Layer logSoftmax(int axis) {
        return (graph, name, input) -> TensorFunctions.logSoftmax(graph, name, input, axis);
    }

    /** Returns the gated linear unit: the first half along a dimension times the sigmoid of the second. */
    public static Layer glu(int axis) {
        return (graph, name, input) -> TensorFunctions.glu(graph, name, input, axis);
    }

    /** Returns {@code max(x, 0)}. */
    public static Layer relu() {
        return unary(UnaryFunction.RELU);
    }

    /** Returns {@code 1 / (1 + exp(-x))}. */
    public static Layer sigmoid() {
        return unary(UnaryFunction.SIGMOID);
    }

    /** Returns the hyperbolic tangent. */
    public static Layer tanh() {
        return unary(UnaryFunction.TANH);
    }

    /** Returns the leaky ReLU: {@code x} above 0, {@code slope * x} elsewhere; PyTorch's slope is 0.01. */
    public static Layer leakyRelu(double slope) {
        return unary(new ParametricFunction.LeakyRelu(slope));
    }

    /** Returns a leaky ReLU whose slopes are learned; see {@link PRelu}. */
    public static PRelu pRelu() {
        return new PRelu();
    }

    /** Returns clipping to {@code [low, high]}. */
    public static Layer clip(double low, double high) {
        return unary(new ParametricFunction.Clip(low, high));
    }

    /** Returns {@code min(max(x, 0), 6)}. */
    public static Layer relu6() {
        return clip(0, 6);
    }

    /** Returns ELU: {@code x} above 0, {@code alpha * (exp(x) - 1)} elsewhere; PyTorch's alpha is 1. */
    public static Layer elu(double alpha) {
        return unary(new ParametricFunction.Elu(alpha));
    }

    /** Returns SELU, a scaled ELU with constants that preserve mean 0 and variance 1 (Klambauer et al., 2017). */
    public static Layer selu() {
        return (graph, name, input) -> Functions.affine(graph, name, 1.0507009873554805,
                Functions.unary(graph, name + ".elu", new ParametricFunction.Elu(1.6732632423543772), input), 0);
    }

    /** Returns GELU: {@code x * Phi(x)}, where Phi is the standard normal distribution function. */
    public static Layer gelu() {
        return unary(UnaryFunction.GELU);
    }

    /** Returns GELU with Phi approximated by the hyperbolic tangent. */
    public static Layer geluTanh() {
        return unary(UnaryFunction.GELU_TANH);
    }

    /** Returns SiLU, also called Swish: {@code x * sigmoid(x)}. */
    public static Layer silu() {
        return unary(UnaryFunction.SILU);
    }

    /** Returns the hard sigmoid: {@code x / 6 + 1/2} clipped to {@code [0, 1]}. */
    public static Layer hardSigmoid() {
        return unary(UnaryFunction.HARD_SIGMOID);
    }

    /** Returns hard-swish: {@code x * hardSigmoid(x)}. */
    public static Layer hardSwish() {
        return unary(UnaryFunction.HARD_SWISH);
    }

    /** Returns softplus: {@code log(1 + exp(beta * x)) / beta}; PyTorch's beta is 1. */
    public static Layer softplus(double beta) {
        return unary(new ParametricFunction.Softplus(beta));
    }

    /** Returns Mish: {@code x * tanh(softplus(x))}. */
    public static Layer mish() {
        return unary(UnaryFunction.MISH);
    }

    /** Returns a function of one variable, applied to each element. */
    public static Layer unary(ScalarFunction function) {
        return (graph, name, input) -> graph.apply(name, new Unary(function), input);
    }

    /**
     * Returns max pooling of {@code (N, C, spatial...)}, with one window extent for all axes or one for each; windows
     * do not overlap unless {@link Pooling#stride} says so.
     */
    public static Pooling maxPool(long... size) {
        return Pooling.of(PoolKind.MAX, size);
    }

    /** Returns average pooling, with padding counted as zeros; see {@link Pooling#withoutPadding}. */
    public static Pooling avgPool(long... size) {
        return Pooling.of(PoolKind.AVERAGE, size);
    }

    /** Returns global average pooling: {@code (N, C, spatial...) -> (N, C, 1...)}. */
    public static Layer globalAvgPool() {
        return global(PoolKind.AVERAGE);
    }

    /** Returns global max pooling: {@code (N, C, spatial...) -> (N, C, 1...)}. */
    public static Layer globalMaxPool() {
        return global(PoolKind.MAX);
    }

    private static Layer global(PoolKind kind) {
        return (graph, name, input) -> graph.apply(name, Pool.global(kind, input.type().shape()), input);
    }

    /** Returns average pooling to given extents; see {@link AdaptivePool}. */
    public static AdaptivePool adaptiveAvgPool(long... extents) {
        return AdaptivePool.of(PoolKind.AVERAGE, extents);
    }

    /** Returns max pooling to given extents; see {@link AdaptivePool}. */
    public static AdaptivePool adaptiveMaxPool(long... extents) {
        return AdaptivePool.of(PoolKind.MAX, extents);
    }

    /** Returns {@code (N, ...) -> (N, features)}. */
    public static Layer flatten() {
        return (graph, name, input) -> graph.apply(name, Reshape.flatten(input.type().shape()), input);
    }

    /**
     * Returns dropout: zeroes elements with the given probability in training. The masks of layers with different names
     * are independent.
     */
    public static Layer dropout(double rate) {
        return (graph, name, input) -> graph.apply(name, new Dropout(rate, name.hashCode()), input);
    }

    /** Returns upsampling of images by an integer factor. */
    public static Layer upsample(long factor, ImageFunctions.Interpolation interpolation) {
        return (graph, name, input) -> {
            Shape shape = input.type().shape();
            return ImageFunctions.resize(graph, name, input, Math.multiplyExact(factor, shape.extent(-2)),
                    Math.multiplyExact(factor, shape.extent(-1)), interpolation);
        };
    }

    /** Returns padding of images on all sides by reflection. */
    public static Layer reflectionPad(long pixels) {
        return (graph, name, input) -> ImageFunctions.reflectionPad(graph, name, input, pixels);
    }

    /** Returns padding of images on all sides with copies of the border pixels. */
    public static Layer replicationPad(long pixels) {
        return (graph, name, input) -> ImageFunctions.replicationPad(graph, name, input, pixels);
    }

    /**
     * Returns the pixel shuffle: each {@code factor^2} channels become one that is {@code factor} times as high and
     * wide.
     */
    public static Layer pixelShuffle(long factor) {
        return (graph, name, input) -> ImageFunctions.pixelShuffle(graph, name, input, factor);
    }

    /**
     * Returns spatial dropout: zeroes whole channels of examples with the given probability in training (Tompson et
     * al., 2015): {@code (N, C, ...)}.
     */
    public static Layer spatialDropout(double rate) {
        return new SharedDropout(rate, SharedDropout.Dropped.CHANNELS);
    }

    /**
     * Returns stochastic depth: zeroes whole examples, usually of a residual, with the given probability in training
     * (Huang et al., 2016).
     */
    public static Layer dropPath(double rate) {
        return new SharedDropout(rate, SharedDropout.Dropped.EXAMPLES);
    }

    /** Returns a sequence of layers, named by their position: {@code 0}, {@code 1}, ... */
    public static Sequential sequential(Layer... layers) {
        return Sequential.of(List.of(layers));
    }
}
