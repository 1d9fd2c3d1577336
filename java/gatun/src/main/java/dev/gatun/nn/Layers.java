package dev.gatun.nn;

import dev.gatun.graph.Value;
import dev.gatun.op.Binary;
import dev.gatun.op.BinaryFunction;
import dev.gatun.op.Dropout;
import dev.gatun.op.Pool;
import dev.gatun.op.PoolKind;
import dev.gatun.op.Reshape;
import dev.gatun.op.Unary;
import dev.gatun.op.UnaryFunction;
import dev.gatun.op.Window;
import java.util.List;

/** Layers by the field's names. */
public final class Layers {
    private Layers() {}

    /** A convolution with a bias; see {@link Conv2d} for stride, padding and the rest. */
    public static Conv2d conv2d(long channels, long kernel) {
        return new Conv2d(channels, kernel);
    }

    /** A fully connected layer with a bias. */
    public static Dense linear(long outputs) {
        return new Dense(outputs);
    }

    /** Batch normalisation with PyTorch's constants. */
    public static BatchNorm batchNorm() {
        return new BatchNorm();
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

    /** Any function of one variable, on each element. */
    public static Layer unary(UnaryFunction function) {
        return (graph, name, input) -> graph.apply(name, new Unary(function), input);
    }

    /** The largest value of each square window; windows do not overlap. */
    public static Layer maxPool(long size) {
        return maxPool(Window.square(size));
    }

    /** The largest value of each window. */
    public static Layer maxPool(Window window) {
        return (graph, name, input) -> graph.apply(name, new Pool(PoolKind.MAX, window), input);
    }

    /** The mean of each window. */
    public static Layer avgPool(Window window) {
        return (graph, name, input) -> graph.apply(name, new Pool(PoolKind.AVERAGE, window), input);
    }

    /** The mean of each channel: {@code (N, C, H, W) -> (N, C, 1, 1)}. */
    public static Layer globalAvgPool() {
        return (graph, name, input) -> graph.apply(name, Pool.global(input.type().shape()), input);
    }

    /** {@code (N, ...) -> (N, features)}. */
    public static Layer flatten() {
        return (graph, name, input) -> graph.apply(name, Reshape.flatten(input.type().shape()), input);
    }

    /** Zeroes elements with the given probability while training. Dropouts of one model differ by their names. */
    public static Layer dropout(double rate) {
        return (graph, name, input) -> graph.apply(name, new Dropout(rate, name.hashCode()), input);
    }

    /** Layers one after the other, named by their position: {@code 0}, {@code 1}, ... */
    public static Sequential sequential(Layer... layers) {
        return Sequential.of(List.of(layers));
    }

    /** {@code a + b}. */
    static Value add(dev.gatun.graph.GraphBuilder graph, String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.ADD), a, b);
    }
}
