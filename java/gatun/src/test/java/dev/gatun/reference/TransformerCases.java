package dev.gatun.reference;

import dev.gatun.graph.Graph;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Affine;
import dev.gatun.op.ArgMax;
import dev.gatun.op.Concat;
import dev.gatun.op.Convolution;
import dev.gatun.op.Gather;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.OneHot;
import dev.gatun.op.Pad;
import dev.gatun.op.Reduce;
import dev.gatun.op.Resample;
import dev.gatun.op.Reshape;
import dev.gatun.op.RmsNormalization;
import dev.gatun.op.ScatterAdd;
import dev.gatun.op.Slice;
import dev.gatun.op.Softmax;
import dev.gatun.op.StopGradient;
import dev.gatun.op.Transpose;
import dev.gatun.op.Where;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.Sampling;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Cases of what moves and chooses elements, of probabilities along a dimension, and of rows that are normalised. */
final class TransformerCases {
    /** Logarithms near -1e4 are rounded by up to 5e-4 in f32, and their exponentials are off by that factor. */
    private static final double EXTREME = 1e-3;

    private TransformerCases() {}

    static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        cases.addAll(moves());
        cases.addAll(choices());
        cases.addAll(labels());
        cases.addAll(resamples());
        cases.addAll(softmaxes());
        cases.addAll(normalizations());
        return cases;
    }

    /** Something of 17 channels, whose blocks are padded, and what is made of it. */
    private static OpCase images(String name, BiFunction<CaseBuilder, Value, Value> body) {
        return new OpCase(name, b -> squares(b, body.apply(b,
                b.convolution("conv", Convolution.square(1, 1), b.stem(2, 3, 4, 3), 17, 3, 3, false))));
    }

    private static OpCase rows(String name, BiFunction<CaseBuilder, Value, Value> body) {
        return new OpCase(name, b -> squares(b, body.apply(b, b.stem(4, 6))));
    }

    /** The mean of the squares of a value's weighted elements: weights tell elements in other places apart. */
    private static Graph squares(CaseBuilder b, Value y) {
        Value weights = b.variable("weights", Variable.Kind.BIAS, y.type().shape().extents());
        Value squares = b.unary("squares", UnaryFunction.SQUARE,
                b.binary("weighted", BinaryFunction.ADD, b.binary("product", BinaryFunction.MULTIPLY, y, weights), y));
        return b.scalar(b.graph.apply("loss", Reduce.all(Reduction.MEAN, y.type().shape().rank()), squares));
    }

    private static List<OpCase> moves() {
        return List.of(
                images("transpose of images", (b, x) ->
                        b.graph.apply("moved", new Transpose(List.of(2, 0, 3, 1)), x)),
                rows("transpose of rows", (b, x) -> b.graph.apply("moved", Transpose.swap(2, 0, 1), x)),
                rows("transpose of many dimensions", (b, x) -> b.graph.apply("moved",
                        new Transpose(List.of(4, 1, 0, 3, 2)),
                        b.graph.apply("wide", new Reshape(Shape.of(2, 2, 1, 3, 2)), x))),
                images("slice of channels", (b, x) -> b.graph.apply("part", new Slice(1, 5, 9), x)),
                images("slice of rows of images", (b, x) -> b.graph.apply("part", new Slice(2, 1, 2), x)),
                rows("slice of one column", (b, x) -> b.graph.apply("part", new Slice(1, 5, 1), x)),
                images("concat of channels", (b, x) -> b.graph.apply("both", new Concat(1), x,
                        b.convolution("conv2", Convolution.square(1, 0), x, 3, 1, 1, false), x)),
                images("concat of batches", (b, x) -> b.graph.apply("both", new Concat(0), x,
                        b.unary("tanh", UnaryFunction.TANH, x))),
                rows("concat of one", (b, x) -> b.graph.apply("both", new Concat(1), x)),
                images("pad of width", (b, x) -> b.graph.apply("padded", new Pad(3, 2, 1), x)),
                images("pad of channels", (b, x) -> b.graph.apply("padded", new Pad(1, 0, 15), x)),
                rows("pad of nothing", (b, x) -> b.graph.apply("padded", new Pad(0, 0, 0), x)));
    }

    private static Value indices(CaseBuilder b, long... extents) {
        return b.graph.input("indices", TensorType.i32(extents));
    }

    private static List<OpCase> choices() {
        return List.of(
                rows("gather of rows", (b, x) -> b.graph.apply("rows", Gather.along(0), x, indices(b, 2, 5))),
                rows("gather of columns", (b, x) -> b.graph.apply("columns", Gather.along(1), x, indices(b, 9))),
                // The padding's row is 0 whatever the parameters are: it has no gradient by itself either.
                rows("gather with padding", (b, x) -> b.graph.apply("rows", new Gather(0, 1), b.binary("some",
                        BinaryFunction.MULTIPLY, x, b.graph.input("others", x.type().withShape(Shape.of(4, 1)))),
                        indices(b, 7))).with("indices", 0, 1, 1, 2, 0, 3, 1).with("others", 1, 0, 1, 1),
                // Beside another, so that a gradient which went to the padding's row would count.
                rows("scatter-add with padding", (b, x) -> b.binary("beside", BinaryFunction.ADD,
                        b.graph.apply("table", new ScatterAdd(new Gather(0, 1), Shape.of(4, 6)), x, indices(b, 4)),
                        b.variable("other", Variable.Kind.BIAS, 4, 6))).with("indices", 0, 1, 1, 2),
                images("gather of channels", (b, x) -> b.graph.apply("chosen", Gather.along(1), x, indices(b, 4))),
                images("where", (b, x) -> b.graph.apply("chosen", new Where(),
                        b.binary("above", BinaryFunction.GREATER, x, b.unary("square", UnaryFunction.SQUARE, x)), x,
                        b.unary("tanh", UnaryFunction.TANH, x))));
    }

    private static List<OpCase> labels() {
        return List.of(
                rows("one-hot of labels", (b, x) -> b.binary("chosen", BinaryFunction.MULTIPLY, x, b.graph.apply("hot",
                        new OneHot(1, 6, OneHot.NONE_IGNORED, x.type().dtype()), indices(b, 4)))),
                rows("one-hot before labels, of which one is ignored", (b, x) -> b.binary("chosen",
                        BinaryFunction.MULTIPLY, x, b.graph.apply("hot", new OneHot(0, 4, 2, x.type().dtype()),
                        indices(b, 6)))).with("indices", 0, 1, 2, 3, 2, 0),
                images("argmax of channels", (b, x) -> b.binary("largest", BinaryFunction.MULTIPLY, x,
                        b.graph.apply("hot", new OneHot(1, 17, OneHot.NONE_IGNORED, x.type().dtype()),
                        b.graph.apply("place", new ArgMax(1), x)))),
                rows("argmax of rows", (b, x) -> b.graph.apply("rows", Gather.along(1), x,
                        b.graph.apply("place", new ArgMax(1), x))),
                // Of an input: differences would see through it.
                rows("stop gradient", (b, x) -> b.binary("times", BinaryFunction.MULTIPLY, x, b.graph.apply("stopped",
                        new StopGradient(), b.graph.input("others", x.type())))));
    }

    private static List<OpCase> resamples() {
        List<OpCase> cases = new ArrayList<>();
        for (Sampling sampling : List.of(new Sampling.Nearest(7), new Sampling.Nearest(2),
                new Sampling.Linear(7, Sampling.Corners.EDGES), new Sampling.Linear(2, Sampling.Corners.EDGES),
                new Sampling.Linear(5, Sampling.Corners.ALIGNED), new Sampling.Linear(1, Sampling.Corners.ALIGNED),
                new Sampling.Reflect(1, 2), new Sampling.Replicate(2, 3))) {
            for (int axis : List.of(1, 2, 3)) {
                cases.add(images(sampling + " along axis " + axis, (b, x) ->
                        b.graph.apply("sampled", new Resample(axis, sampling), x)));
            }
            cases.add(rows(sampling + " of rows", (b, x) -> b.graph.apply("sampled", new Resample(0, sampling), x)));
            for (int axis : List.of(0, 2, 3)) { // what is left lies neither row-major nor channels last
                cases.add(images(sampling + " of the largest along axis " + axis, (b, x) ->
                        b.graph.apply("sampled", new Resample(1, sampling), b.graph.apply("largest",
                                Reduce.over(Reduction.MAX, axis).withReduced(Reduce.Axes.KEPT), x))));
            }
        }
        return cases;
    }

    private static List<OpCase> softmaxes() {
        List<OpCase> cases = new ArrayList<>();
        for (SoftmaxKind kind : SoftmaxKind.values()) {
            cases.add(rows(kind.lowerCase() + " of rows", (b, x) -> b.graph.apply("y", new Softmax(1, kind), x)));
            cases.add(rows(kind.lowerCase() + " of columns", (b, x) -> b.graph.apply("y", new Softmax(0, kind), x)));
            cases.add(images(kind.lowerCase() + " of channels", (b, x) ->
                    b.graph.apply("y", new Softmax(1, kind), x)));
            OpCase extreme = rows(kind.lowerCase() + " of extreme scores", (b, x) ->
                    b.graph.apply("y", new Softmax(1, kind), b.graph.apply("far", Affine.times(1e4), x)));
            cases.add(new OpCase(extreme.name(), extreme.body(), extreme.fixed(), EXTREME));
        }
        return cases;
    }

    private static List<OpCase> normalizations() {
        return List.of(
                rows("layer normalization", (b, x) -> b.graph.apply("y", new LayerNormalization(
                        1, 1e-5, LayerNormalization.Scaling.SCALE_AND_SHIFT), x,
                        b.variable("scale", Variable.Kind.NORMALIZATION, 6),
                        b.variable("shift", Variable.Kind.NORMALIZATION, 6))),
                images("layer normalization of images", (b, x) -> b.graph.apply("y", new LayerNormalization(
                        3, 1e-3, LayerNormalization.Scaling.SCALE_AND_SHIFT), x,
                        b.variable("scale", Variable.Kind.NORMALIZATION, 17, 4, 3),
                        b.variable("shift", Variable.Kind.NORMALIZATION, 17, 4, 3))),
                images("layer normalization without a scale", (b, x) -> b.graph.apply("y", new LayerNormalization(
                        1, 1e-2, LayerNormalization.Scaling.NONE), x)),
                rows("rms normalization", (b, x) -> b.graph.apply("y", new RmsNormalization(
                        1e-5, RmsNormalization.Scaling.SCALE), x,
                        b.variable("scale", Variable.Kind.NORMALIZATION, 6))),
                images("rms normalization without a scale", (b, x) -> b.graph.apply("y", new RmsNormalization(
                        1e-2, RmsNormalization.Scaling.NONE), x)));
    }
}
