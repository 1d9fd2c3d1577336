package dev.gatun.reference;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.nn.loss.Losses;
import dev.gatun.op.Affine;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Cast;
import dev.gatun.op.Convolution;
import dev.gatun.op.Fill;
import dev.gatun.op.MatMul;
import dev.gatun.op.MatMul.Given;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Cases of the families: every function of one and two variables, reductions, products, and scalars that are no loss.
 */
final class FamilyCases {
    private FamilyCases() {}

    static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        for (ScalarFunction function : ScalarFunctions.all()) {
            for (long channels : List.of(3L, 17L)) {
                cases.add(unary(function, channels));
            }
        }
        for (BinaryFunction function : BinaryFunction.values()) {
            cases.add(binary(function));
            cases.add(padded(function));
            cases.add(repeated(function, "a channel", 1, 17, 1, 1));
        }
        for (BinaryFunction function : List.of(BinaryFunction.SUBTRACT, BinaryFunction.DIVIDE,
                BinaryFunction.MAXIMUM)) {
            cases.add(repeated(function, "a scalar").with("small", 0.05));
            cases.add(repeated(function, "an image", 17, 3, 2));
            cases.add(repeated(function, "a map", 3, 2));
            cases.add(repeated(function, "a batch", 2, 1, 1, 1));
            cases.add(outer(function));
        }
        for (Reduction reduction : Reduction.values()) {
            cases.add(reduce(reduction, 2, 3));
            cases.add(reduce(reduction, 0, 2, 3));
            cases.add(reduce(reduction, 1));
            cases.add(reduce(reduction, 0, 1, 2, 3));
            cases.add(reduce(reduction));
            cases.add(reduceRows(reduction, 0));
            cases.add(reduceRows(reduction, 1));
        }
        cases.addAll(products());
        cases.addAll(rest());
        cases.add(new OpCase("cast to the type it has", b -> {
            Value x = b.stem(4, 3);
            return b.classify(b.graph.apply("cast", new Cast(x.type().dtype()), x));
        }));
        return cases;
    }

    /** Values where the function has a slope: positive for roots and logarithms, and away from 0 for a reciprocal. */
    private static Value inDomain(CaseBuilder b, ScalarFunction function, Value x) {
        return switch (function) {
            case ParametricFunction.Power _ -> b.graph.apply("domain", new Affine(1, 0.5),
                    b.unary("square", UnaryFunction.SQUARE, x));
            case ParametricFunction _ -> x;
            case UnaryFunction plain -> inDomain(b, plain, x);
        };
    }

    private static Value inDomain(CaseBuilder b, UnaryFunction function, Value x) {
        return switch (function) {
            case RELU, SIGMOID, TANH, EXP, SQUARE, ABS, NEGATE, GELU, GELU_TANH, SILU, MISH -> x;
            case HARD_SIGMOID, HARD_SWISH -> b.graph.apply("domain", Affine.times(4), x); // reaches the corners
            case LOG, SQRT -> b.graph.apply("domain", new Affine(1, 0.5), b.unary("square", UnaryFunction.SQUARE, x));
            case RECIPROCAL -> b.graph.apply("domain", new Affine(0.25, -2), x);
        };
    }

    private static OpCase unary(ScalarFunction function, long channels) {
        return new OpCase(ScalarFunctions.describe(function) + " over " + channels + " channels", b -> {
            Value x = b.convolution("conv", Convolution.square(1, 1), b.stem(2, 3, 4, 3), channels, 3, 3, false);
            Value y = b.unary("act", function, inDomain(b, function, x));
            return b.classify(b.convolution("after", Convolution.square(1, 0), y, 3, 1, 1, false));
        });
    }

    private static Value inDomain(CaseBuilder b, BinaryFunction function, Value divisor) {
        return function == BinaryFunction.DIVIDE
                ? b.graph.apply("domain", new Affine(1, 0.5), b.unary("square", UnaryFunction.SQUARE, divisor))
                : divisor;
    }

    /** Comparisons are flat: their result weights something that is not. */
    private static Value sloped(CaseBuilder b, BinaryFunction function, Value y, Value... operands) {
        Value sum = y;
        if (function == BinaryFunction.GREATER || function == BinaryFunction.GREATER_EQUAL) {
            for (Value operand : operands) {
                sum = b.binary("sloped", BinaryFunction.ADD, sum, operand);
            }
        }
        return sum;
    }

    private static OpCase binary(BinaryFunction function) {
        return new OpCase(function.lowerCase(), b -> {
            Value x = b.stem(4, 5);
            Value z = b.linear("fc", x, 5, false);
            Value y = b.binary("op", function, x, inDomain(b, function, z));
            return b.classify(sloped(b, function, y, x, z));
        });
    }

    private static OpCase padded(BinaryFunction function) {
        return new OpCase(function.lowerCase() + " in 17 channels", b -> {
            Value x = b.convolution("conv", Convolution.square(1, 1), b.stem(2, 3, 4, 3), 17, 3, 3, false);
            Value z = b.convolution("conv2", Convolution.square(1, 1), x, 17, 3, 3, false);
            Value y = sloped(b, function, b.binary("op", function, x, inDomain(b, function, z)), x, z);
            return b.classify(b.convolution("after", Convolution.square(1, 0), y, 3, 1, 1, false));
        });
    }

    private static OpCase repeated(BinaryFunction function, String what, long... extents) {
        return new OpCase(function.lowerCase() + " with " + what, b -> {
            Value x = b.convolution("conv", Convolution.square(1, 1), b.stem(2, 3, 3, 2), 17, 3, 3, false);
            Value small = b.variable("small", Variable.Kind.BIAS, extents);
            Value right = b.binary("right", function, x, inDomain(b, function, small));
            Value left = b.binary("left", function, small, inDomain(b, function, x));
            Value both = b.binary("both", BinaryFunction.ADD, right, b.unary("tanh", UnaryFunction.TANH, left));
            Value y = sloped(b, function, both, x, small);
            return b.classify(b.convolution("after", Convolution.square(1, 0), y, 3, 1, 1, false));
        });
    }

    private static OpCase outer(BinaryFunction function) {
        return new OpCase(function.lowerCase() + " of a column and a row", b -> {
            Value column = b.linear("fc", b.stem(4, 5), 1, false);
            Value row = b.variable("row", Variable.Kind.BIAS, 6);
            Value y = b.binary("op", function, column, inDomain(b, function, row));
            return b.classify(sloped(b, function, y, column, row));
        });
    }

    private static OpCase reduce(Reduction reduction, Integer... axes) {
        Reduce op = Reduce.over(reduction, axes);
        return new OpCase(op.name() + " of images over " + op.axes(), b -> {
            Value x = b.convolution("conv", Convolution.square(1, 1), b.stem(2, 3, 4, 3), 17, 3, 3, false);
            Value kept = b.graph.apply("kept", op.withReduced(Reduce.Axes.KEPT), x);
            Value dropped = b.graph.apply("dropped", op, x);
            Value back = b.graph.apply("back", new Reshape(kept.type().shape()), dropped);
            return b.classify(b.binary("centred", BinaryFunction.SUBTRACT, b.binary("sum", BinaryFunction.ADD, x, kept),
                    b.unary("tanh", UnaryFunction.TANH, back)));
        });
    }

    private static OpCase reduceRows(Reduction reduction, int axis) {
        Reduce op = Reduce.over(reduction, axis).withReduced(Reduce.Axes.KEPT);
        return new OpCase(op.name() + " of rows over " + axis, b -> {
            Value x = b.stem(4, 5);
            return b.classify(b.binary("times", BinaryFunction.MULTIPLY, x, b.graph.apply("reduced", op, x)));
        });
    }

    private static OpCase product(String name, MatMul op, Shape left, Shape right) {
        return new OpCase("matmul " + name, b -> {
            Value a = b.unary("tanh", UnaryFunction.TANH, b.variable("a", Variable.Kind.WEIGHT, left.extents()));
            Value y = b.graph.apply("product", op, a, b.variable("b", Variable.Kind.WEIGHT, right.extents()));
            return squares(b, y);
        });
    }

    /** The mean of the squares of a value that has any rank. */
    private static Graph squares(CaseBuilder b, Value y) {
        Value squares = b.unary("squares", UnaryFunction.SQUARE, y);
        return b.scalar(b.graph.apply("loss", Reduce.all(Reduction.MEAN, y.type().shape().rank()), squares));
    }

    private static List<OpCase> products() {
        return List.of(
                product("plain", MatMul.plain(), Shape.of(3, 4), Shape.of(4, 5)),
                product("of the left transposed", new MatMul(Given.TRANSPOSED, Given.PLAIN), Shape.of(4, 3),
                Shape.of(4, 5)),
                product("of the right transposed", new MatMul(Given.PLAIN, Given.TRANSPOSED), Shape.of(3, 4),
                Shape.of(5, 4)),
                product("of both transposed", new MatMul(Given.TRANSPOSED, Given.TRANSPOSED), Shape.of(4, 3),
                Shape.of(5, 4)),
                product("in a batch", MatMul.plain(), Shape.of(2, 3, 4), Shape.of(2, 4, 5)),
                product("of a batch by one matrix", MatMul.plain(), Shape.of(2, 3, 4), Shape.of(4, 5)),
                product("of one matrix by a batch", new MatMul(Given.TRANSPOSED, Given.PLAIN), Shape.of(4, 3),
                Shape.of(2, 4, 5)),
                product("in two batch dimensions", new MatMul(Given.PLAIN, Given.TRANSPOSED), Shape.of(2, 1, 3, 4),
                        Shape.of(3, 5, 4)));
    }

    private static List<OpCase> rest() {
        return List.of(
                new OpCase("affine that keeps zero", b ->
                        b.classify(b.graph.apply("affine", Affine.times(-1.5), b.stem(2, 17, 3, 2)))),
                new OpCase("affine with a shift", b ->
                        b.classify(b.graph.apply("affine", new Affine(2, 0.75), b.stem(2, 17, 3, 2)))),
                new OpCase("broadcast of a channel", b -> {
                    Value channel = b.variable("channel", Variable.Kind.BIAS, 17, 1, 1);
                    Value images = b.graph.apply("repeated", new Broadcast(Shape.of(2, 17, 3, 2)), channel);
                    return b.classify(b.add("add", b.stem(2, 17, 3, 2), images));
                }),
                new OpCase("broadcast of a scalar", b -> {
                    Value scalar = b.variable("scalar", Variable.Kind.BIAS);
                    return b.classify(b.add("add", b.stem(4, 5),
                            b.graph.apply("repeated", new Broadcast(Shape.of(4, 5)), scalar)));
                }),
                new OpCase("fill", b -> {
                    Value x = b.stem(4, 5);
                    Value twos = b.graph.apply("twos", new Fill(x.type(), 2));
                    return b.classify(b.binary("power", BinaryFunction.MULTIPLY, x, twos));
                }),
                new OpCase("reshape of images", b -> {
                    Value x = b.graph.apply("reshape", new Reshape(Shape.of(2, 9, 2, 2)), b.stem(2, 3, 4, 3));
                    return b.classify(b.convolution("conv", Convolution.square(1, 1), x, 4, 3, 3, true));
                }),
                new OpCase("mean squared error", b -> {
                    Value y = b.linear("fc", b.unary("tanh", UnaryFunction.TANH, b.stem(4, 5)), 2, true);
                    Value target = b.graph.input("target", new TensorType(y.type().dtype(), y.type().shape()));
                    return b.scalar(Losses.meanSquaredError(b.graph, "mse", y, target));
                }),
                new OpCase("a parameter whose gradient is a view", b -> {
                    // Flattened images: the gradient of what was added to them is a reshape of the rows' gradient.
                    Value shift = b.variable("shift", Variable.Kind.WEIGHT, 2, 3, 2, 2);
                    Value images = b.add("add", b.input(2, 3, 2, 2), shift);
                    Value rows = b.graph.apply("rows", Reshape.flatten(images.type().shape()), images);
                    return b.loss(b.linear("head", b.unary("tanh", UnaryFunction.TANH, rows), CaseBuilder.CLASSES,
                            false));
                }),
                new OpCase("a parameter seen under another shape", b -> {
                    Value weight = b.variable("weight", Variable.Kind.WEIGHT, 3, 2, 2);
                    Value matrix = b.graph.apply("matrix", new Reshape(Shape.of(3, 4)), weight);
                    Value x = b.input(5, 4);
                    return b.loss(b.graph.apply("product", new MatMul(Given.PLAIN, Given.TRANSPOSED), x, matrix));
                }),
                new OpCase("a loss of probabilities", b -> {
                    Value logits = b.stem(4, 3);
                    Value labels = b.graph.input("labels", TensorType.i32(4));
                    Node loss = b.graph.node("ce", new SoftmaxCrossEntropy(), List.of(logits, labels));
                    Value squares = b.unary("squares", UnaryFunction.SQUARE, loss.outputs().get(1));
                    Value sum = b.graph.apply("sum", Reduce.all(Reduction.SUM, 2), squares);
                    return b.scalar(b.add("loss", loss.output(), sum));
                }));
    }
}
