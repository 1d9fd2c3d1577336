package dev.gatun.reference;

import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Convolution;
import dev.gatun.op.Dropout;
import dev.gatun.op.Linear;
import dev.gatun.op.Pool;
import dev.gatun.op.Window;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.UnaryFunction;
import java.util.ArrayList;
import java.util.List;

/** The cases that every backend must agree on. */
public final class OpCases {
    private OpCases() {}

    private static final BatchNormalization NORMALIZATION = BatchNormalization.standard();

    /** All of them. */
    public static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        cases.addAll(convolutions());
        cases.addAll(linears());
        cases.addAll(normalizations());
        cases.addAll(pools());
        cases.addAll(elementwise());
        cases.addAll(losses());
        cases.addAll(SpatialCases.all());
        cases.addAll(FamilyCases.all());
        cases.addAll(TransformerCases.all());
        cases.addAll(RecurrentCases.all());
        cases.addAll(AttentionCases.all());
        return cases;
    }

    private static OpCase convolution(
            String name, Convolution op, long channels, long outputs, long height, long width, boolean bias) {
        return new OpCase("convolution " + name, b ->
                b.classify(b.convolution("conv", op, b.stem(2, channels, 7, 6), outputs, height, width, bias)));
    }

    private static List<OpCase> convolutions() {
        Convolution plain = Convolution.square(1, 0);
        return List.of(
                convolution("1x1", plain, 3, 5, 1, 1, false),
                convolution("1x1 stride 2 bias", Convolution.square(2, 0), 4, 3, 1, 1, true),
                convolution("3x3", plain, 3, 4, 3, 3, false),
                convolution("3x3 pad 1 bias", Convolution.square(1, 1), 3, 4, 3, 3, true),
                convolution("3x3 stride 2 pad 1", Convolution.square(2, 1), 2, 5, 3, 3, false),
                convolution("5x5 stride 3 pad 2", Convolution.square(3, 2), 2, 3, 5, 5, false),
                convolution("3x2 with nothing square", Convolution.over(2).stride(2, 1).padding(1, 0).dilation(1, 2),
                        2, 3, 3, 2, true),
                convolution("3x3 dilation 2 pad 2", Convolution.over(2).padding(2).dilation(2),
                        2, 3, 3, 3, false),
                convolution("3x3 in 2 groups", Convolution.over(2).padding(1).groups(2),
                        4, 6, 3, 3, true),
                convolution("3x3 depthwise stride 2", Convolution.over(2).stride(2).padding(1).groups(4),
                        4, 4, 3, 3, false),
                convolution("3x3 in 16 channels", Convolution.square(1, 1), 16, 16, 3, 3, false),
                convolution("3x3 in 17 channels to 18", Convolution.square(1, 1), 17, 18, 3, 3, true),
                new OpCase("convolution then relu", b -> b.classify(b.relu("relu",
                        b.convolution("conv", Convolution.square(1, 1), b.stem(2, 3, 7, 6), 4, 3, 3, false)))),
                new OpCase("convolution then relu bias", b -> b.classify(b.relu("relu",
                        b.convolution("conv", Convolution.square(1, 1), b.stem(2, 3, 7, 6), 4, 3, 3, true)))),
                new OpCase("convolution then sigmoid in 17 channels", b -> b.classify(b.unary("sigmoid",
                        UnaryFunction.SIGMOID,
                        b.convolution("conv", Convolution.square(1, 1), b.stem(2, 3, 7, 6), 17, 3, 3, true)))),
                new OpCase("convolution then square", b -> b.classify(b.unary("square", UnaryFunction.SQUARE,
                        b.convolution("conv", Convolution.square(1, 1), b.stem(2, 3, 7, 6), 4, 3, 3, true)))),
                new OpCase("convolution first in the graph", b -> b.classify(
                        b.convolution("conv", Convolution.square(2, 3), b.input(2, 3, 8, 8), 4, 7, 7, false))),
                new OpCase("convolution of one image", b -> b.classify(
                        b.convolution("conv", Convolution.square(1, 1), b.stem(1, 3, 5, 5), 2, 3, 3, true))));
    }

    private static List<OpCase> linears() {
        return List.of(
                new OpCase("linear", b ->
                        b.classify(b.linear("fc", b.stem(4, 5), 6, false))),
                new OpCase("linear bias", b ->
                        b.classify(b.linear("fc", b.stem(4, 5), 6, true))),
                new OpCase("linear then relu", b ->
                        b.classify(b.relu("relu", b.linear("fc", b.stem(4, 5), 6, true)))),
                new OpCase("linear then tanh", b ->
                        b.classify(b.unary("tanh", UnaryFunction.TANH, b.linear("fc", b.stem(4, 5), 6, true)))),
                new OpCase("linear of one row", b ->
                        b.classify(b.linear("fc", b.stem(1, 5), 6, true))),
                new OpCase("linear on images", b ->
                        b.classify(b.linear("fc", b.stem(3, 4, 3, 2), 5, true))),
                new OpCase("linear on images then relu", b ->
                        b.classify(b.relu("relu", b.linear("fc", b.stem(3, 17, 2, 3), 5, false)))));
    }

    private static List<OpCase> normalizations() {
        return List.of(
                new OpCase("batch normalization", b ->
                        b.classify(b.normalization("bn", NORMALIZATION, b.stem(3, 4, 3, 2)))),
                new OpCase("batch normalization in 17 channels then relu", b ->
                        b.classify(b.relu("relu", b.normalization("bn", NORMALIZATION, b.stem(2, 17, 2, 3))))),
                new OpCase("batch normalization then a relu used twice", b -> {
                    Value y = b.relu("relu", b.normalization("bn", NORMALIZATION, b.stem(3, 4, 3, 2)));
                    return b.classify(b.add("add", y,
                            b.convolution("conv", Convolution.square(1, 1), y, 4, 3, 3, false)));
                }),
                new OpCase("batch normalization used before and after its relu", b -> {
                    Value y = b.normalization("bn", NORMALIZATION, b.stem(3, 4, 3, 2));
                    return b.classify(b.add("add", y, b.relu("relu", y)));
                }),
                new OpCase("batch normalization then relu", b ->
                        b.classify(b.relu("relu", b.normalization("bn", NORMALIZATION, b.stem(3, 4, 3, 2))))));
    }

    private static List<OpCase> pools() {
        Window overlapping = Window.of(3, 3).stride(2).padding(1);
        Window oblong = Window.of(3, 2).stride(1, 2).padding(1, 0);
        return List.of(
                new OpCase("max pool 2x2", b ->
                        b.classify(b.graph.apply("pool", new Pool(PoolKind.MAX, Window.square(2)),
                                b.stem(2, 3, 6, 5)))),
                new OpCase("max pool 3x3 stride 2 pad 1", b ->
                        b.classify(b.graph.apply("pool", new Pool(PoolKind.MAX, overlapping), b.stem(2, 3, 7, 6)))),
                new OpCase("max pool 3x2 with nothing square", b ->
                        b.classify(b.graph.apply("pool", new Pool(PoolKind.MAX, oblong), b.stem(2, 3, 5, 6)))),
                new OpCase("avg pool 2x2", b ->
                        b.classify(b.graph.apply("pool", new Pool(PoolKind.AVERAGE, Window.square(2)),
                                b.stem(2, 3, 6, 5)))),
                new OpCase("avg pool 3x3 stride 2 pad 1", b ->
                        b.classify(b.graph.apply("pool", new Pool(PoolKind.AVERAGE, overlapping), b.stem(2, 3, 7, 6)))),
                new OpCase("avg pool 3x2 with nothing square", b ->
                        b.classify(b.graph.apply("pool", new Pool(PoolKind.AVERAGE, oblong), b.stem(2, 17, 5, 6)))),
                new OpCase("global avg pool", b ->
                        b.classify(b.globalPool("pool", b.stem(2, 5, 4, 3)))));
    }

    private static List<OpCase> elementwise() {
        return List.of(
                new OpCase("relu", b -> b.classify(b.relu("relu", b.stem(2, 3, 4, 4)))),
                new OpCase("add of one value to itself", b -> {
                    Value x = b.stem(2, 3, 4, 4);
                    return b.classify(b.add("add", x, x));
                }),
                new OpCase("add then relu", b -> {
                    Value x = b.stem(2, 3, 4, 4);
                    Value y = b.convolution("conv", Convolution.square(1, 1), x, 3, 3, 3, false);
                    return b.classify(b.relu("relu", b.add("add", x, y)));
                }),
                new OpCase("a value used three times", b -> {
                    Value x = b.stem(2, 3, 4, 4);
                    Value y = b.convolution("conv1", Convolution.square(1, 1), x, 3, 3, 3, false);
                    Value z = b.convolution("conv2", Convolution.square(1, 0), x, 3, 1, 1, true);
                    return b.classify(b.add("sum2", b.add("sum1", x, y), z));
                }),
                new OpCase("a relu used twice", b -> {
                    Value x = b.relu("relu", b.stem(2, 3, 4, 4));
                    Value y = b.convolution("conv", Convolution.square(1, 1), x, 3, 3, 3, false);
                    return b.classify(b.add("add", x, y));
                }),
                new OpCase("a relu used three times", b -> {
                    Value x = b.relu("relu", b.stem(2, 3, 4, 4));
                    Value y = b.convolution("conv", Convolution.square(1, 1), x, 3, 3, 3, false);
                    return b.classify(b.add("sum2", b.add("sum1", x, y), x));
                }),
                new OpCase("a weight used twice", b -> {
                    Value x = b.stem(2, 4);
                    Value weight = b.variable("shared.weight", Variable.Kind.WEIGHT, 4, 4);
                    Value y = b.relu("relu", b.graph.apply("fc1", new Linear(), x, weight));
                    return b.classify(b.graph.apply("fc2", new Linear(), y, weight));
                }),
                new OpCase("residual block", b -> {
                    Value x = b.relu("relu0", b.stem(2, 4, 5, 5));
                    Value y = b.convolution("conv1", Convolution.square(2, 1), x, 6, 3, 3, false);
                    y = b.relu("relu1", b.normalization("bn1", NORMALIZATION, y));
                    y = b.convolution("conv2", Convolution.square(1, 1), y, 6, 3, 3, false);
                    y = b.normalization("bn2", NORMALIZATION, y);
                    Value skip = b.convolution("skip", Convolution.square(2, 0), x, 6, 1, 1, false);
                    skip = b.normalization("bn3", NORMALIZATION, skip);
                    return b.classify(b.globalPool("pool", b.relu("relu2", b.add("add", y, skip))));
                }),
                new OpCase("residual block whose sums are long", b -> {
                    Value x = b.relu("relu0", b.stem(8, 4, 5, 5));
                    Value y = b.convolution("conv1", Convolution.square(1, 1), x, 9, 3, 3, false);
                    y = b.normalization("bn1", NORMALIZATION, y);
                    Value skip = b.convolution("skip", Convolution.square(1, 0), x, 9, 1, 1, false);
                    skip = b.normalization("bn2", NORMALIZATION, skip);
                    Value block = b.relu("relu1", b.add("add1", y, skip));
                    Value last = b.convolution("conv2", Convolution.square(1, 1), block, 9, 3, 3, false);
                    last = b.normalization("bn3", NORMALIZATION.withAveraging(new Averaging.Cumulative()), last);
                    return b.classify(b.globalPool("pool", b.relu("relu2", b.add("add2", block, last))));
                }),
                // On rows, whose layout is the same everywhere: what is dropped depends on it.
                new OpCase("dropout", b -> b.classify(b.graph.apply("drop", new Dropout(0.4, 3), b.stem(5, 7)))),
                new OpCase("two dropouts", b -> {
                    Value x = b.graph.apply("drop1", new Dropout(0.5, 0), b.stem(5, 7));
                    return b.classify(b.graph.apply("drop2", new Dropout(0.25, 1), b.relu("relu", x)));
                }));
    }

    private static List<OpCase> losses() {
        double[] unit = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        return List.of(
                new OpCase("softmax cross-entropy", b -> b.loss(b.stem(6, 3))),
                new OpCase("softmax cross-entropy of one row", b -> b.loss(b.stem(1, 3))),
                new OpCase("softmax cross-entropy of extreme logits", b -> b.loss(b.stem(4, 3)))
                        .with("stem.weight", unit)
                        .with("x", 1e4, -1e4, 0, 1e4, 1e4, -1e4, -1e4, -1e4, -1e4, 0, 0, 1e4)
                        .with("labels", 1, 0, 2, 2));
    }
}
