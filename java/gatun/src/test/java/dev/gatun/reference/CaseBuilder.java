package dev.gatun.reference;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.Linear;
import dev.gatun.op.Pool;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.Unary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Shorthand for small graphs that end in a loss. */
public final class CaseBuilder {
    /** Classes of every case's loss. */
    public static final long CLASSES = 3;

    /** The graph in the making. */
    public final GraphBuilder graph = new GraphBuilder();

    private final DType dtype;

    CaseBuilder(DType dtype) {
        this.dtype = dtype;
    }

    /** The type of its floating-point values. */
    public DType dtype() {
        return dtype;
    }

    /** The input {@code x}. */
    public Value input(long... extents) {
        return graph.input("x", new TensorType(dtype, Shape.of(extents)));
    }

    /** The input {@code x} behind a layer with a weight, so that a gradient flows back through what follows. */
    public Value stem(long... extents) {
        Value x = input(extents);
        long[] window = new long[extents.length - 2];
        Arrays.fill(window, 1);
        return window.length == 0
                ? linear("stem", x, extents[1], false)
                : convolution("stem", Convolution.over(window.length), x, extents[1], false, window);
    }

    /**
     * A variable; buffers are called "running ..." . What is of each channel has at least 32
     * bits, as operations want it.
     */
    public Value variable(String name, Variable.Kind kind, long... extents) {
        boolean perChannel = name.endsWith(".bias") || kind == Variable.Kind.NORMALIZATION
                || kind == Variable.Kind.BUFFER;
        return graph.variable(new Variable(name, Shape.of(extents), kind, (_, _, _) -> {}),
                dtype.isNarrow() && perChannel ? DType.F32 : dtype);
    }

    /** A convolution with a weight of its own. */
    public Value convolution(
            String name, Convolution op, Value x, long channels, long height, long width, boolean bias) {
        return convolution(name, op, x, channels, bias, height, width);
    }

    /** A convolution of any number of spatial axes with a weight of its own. */
    public Value convolution(String name, Convolution op, Value x, long channels, boolean bias, long... window) {
        List<Value> arguments = new ArrayList<>(List.of(x, variable(name + ".weight", Variable.Kind.WEIGHT,
                weight(channels, x.type().shape().extent(1) / op.groups(), window))));
        if (bias) {
            arguments.add(variable(name + ".bias", Variable.Kind.BIAS, channels));
        }
        return graph.apply(name, op, arguments.toArray(Value[]::new));
    }

    /**
     * A transposed convolution with a weight of its own.
     *
     * @param result spatial extents of the result
     */
    public Value transposed(String name, Convolution op, Value x, long channels, long[] result, long... window) {
        long inputs = x.type().shape().extent(1);
        Value weight = variable(name + ".weight", Variable.Kind.WEIGHT, weight(inputs, channels / op.groups(), window));
        return graph.apply(name, new ConvolutionBackwardData(op,
                Shape.of(weight(x.type().shape().extent(0), channels, result))), x, weight);
    }

    private static long[] weight(long first, long second, long... window) {
        return LongStream.concat(LongStream.of(first, second), LongStream.of(window)).toArray();
    }

    /** A linear layer with a weight of its own, as wide as {@code x}. */
    public Value linear(String name, Value x, long outputs, boolean bias) {
        List<Value> arguments = new ArrayList<>(List.of(x, variable(name + ".weight", Variable.Kind.WEIGHT,
                x.type().shape().with(0, outputs).extents())));
        if (bias) {
            arguments.add(variable(name + ".bias", Variable.Kind.BIAS, outputs));
        }
        return graph.apply(name, new Linear(), arguments.toArray(Value[]::new));
    }

    /** A batch normalisation with variables of its own. */
    public Value normalization(String name, BatchNormalization op, Value x) {
        long channels = x.type().shape().extent(1);
        List<Value> arguments = new ArrayList<>(List.of(x,
                variable(name + ".weight", Variable.Kind.NORMALIZATION, channels),
                variable(name + ".bias", Variable.Kind.NORMALIZATION, channels),
                variable(name + ".running_mean", Variable.Kind.BUFFER, channels),
                variable(name + ".running_var", Variable.Kind.BUFFER, channels)));
        if (op.averaging() instanceof Averaging.Cumulative) {
            arguments.add(variable(name + ".num_batches_tracked", Variable.Kind.BUFFER));
        }
        return graph.apply(name, op, arguments.toArray(Value[]::new));
    }

    /** ReLU. */
    public Value relu(String name, Value x) {
        return graph.apply(name, new Unary(UnaryFunction.RELU), x);
    }

    /** A function of two values. */
    public Value binary(String name, BinaryFunction function, Value a, Value b) {
        return graph.apply(name, new Binary(function), a, b);
    }

    /** A function of one value. */
    public Value unary(String name, ScalarFunction function, Value x) {
        return graph.apply(name, new Unary(function), x);
    }

    /** The mean of each channel of each image. */
    public Value globalPool(String name, Value x) {
        return graph.apply(name, Pool.global(PoolKind.AVERAGE, x.type().shape()), x);
    }

    /** Ends in a scalar that is the loss. */
    public Graph scalar(Value loss) {
        graph.output("loss", loss);
        return graph.build();
    }

    /** The sum of two values. */
    public Value add(String name, Value a, Value b) {
        return graph.apply(name, new Binary(BinaryFunction.ADD), a, b);
    }

    /** Flattens images, and ends in a linear layer and the loss. */
    public Graph classify(Value x) {
        Value features = x.type().shape().rank() == 2 ? x
                : graph.apply("flatten", Reshape.flatten(x.type().shape()), x);
        return loss(linear("head", features, CLASSES, false));
    }

    /** Ends in the loss of these logits. */
    public Graph loss(Value logits) {
        Value labels = graph.input("labels", TensorType.i32(logits.type().shape().extent(0)));
        Node loss = graph.node("loss", new SoftmaxCrossEntropy(), List.of(logits, labels));
        graph.output("loss", loss.outputs().get(0));
        graph.output("probabilities", loss.outputs().get(1));
        graph.output("correct", loss.outputs().get(2));
        return graph.build();
    }
}
