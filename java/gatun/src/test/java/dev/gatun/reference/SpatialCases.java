package dev.gatun.reference;

import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.nn.BatchNorm;
import dev.gatun.nn.InstanceNorm;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.ChannelStatistics;
import dev.gatun.op.Convolution;
import dev.gatun.op.Reduce;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.LayerNormalization;
import java.util.ArrayList;
import java.util.List;

/** Convolutions, transposed ones and pooling over 1, 2 and 3 spatial axes. */
final class SpatialCases {
    private SpatialCases() {}

    static List<OpCase> all() {
        List<OpCase> cases = new ArrayList<>();
        cases.addAll(convolutions());
        cases.addAll(transposed());
        cases.addAll(pools());
        cases.addAll(adaptive());
        cases.addAll(normalizations());
        return cases;
    }

    private static long[] of(long... numbers) {
        return numbers;
    }

    private static OpCase convolution(String name, Convolution op, long[] images, long outputs, boolean bias,
            long... window) {
        return new OpCase("convolution " + name, b ->
                b.classify(b.convolution("conv", op, b.stem(images), outputs, bias, window)));
    }

    private static List<OpCase> convolutions() {
        Convolution line = Convolution.over(1);
        Convolution plane = Convolution.over(2);
        Convolution volume = Convolution.over(3);
        return List.of(
                convolution("1-D by 3", line, of(2, 3, 9), 4, true, 3),
                convolution("1-D by 1, stride 2", line.stride(2), of(2, 3, 9), 4, false, 1),
                convolution("1-D by 5, stride 3, padded", line.stride(3).padding(2), of(2, 17, 11), 18, true, 5),
                convolution("1-D by 3, dilation 3, asymmetric", line.dilation(3).padding(of(1), of(4)), of(2, 3, 9), 4,
                        true, 3),
                convolution("1-D in 2 groups", line.padding(1).groups(2), of(2, 4, 7), 6, true, 3),
                convolution("1-D depthwise", line.padding(1).groups(17), of(2, 17, 7), 17, false, 3),
                convolution("1-D of one element", line.padding(1), of(1, 8, 1), 8, true, 3),
                convolution("2-D asymmetric", plane.stride(2, 1).padding(of(1, 0), of(2, 3)), of(2, 3, 5, 6), 4, true,
                        3, 2),
                convolution("2-D asymmetric in 16 channels", plane.padding(of(0, 1), of(1, 2)), of(2, 16, 5, 6), 16,
                        false, 3, 3),
                convolution("2-D depthwise in 16 channels", plane.padding(1).groups(16), of(2, 16, 5, 6), 16, true,
                        3, 3),
                convolution("2-D of a multiple of its depth", plane.padding(1).groups(8), of(2, 8, 5, 4), 16, true,
                        3, 3),
                convolution("2-D in 3 groups of 5 to 7", plane.padding(1).groups(3), of(2, 15, 4, 5), 21, false, 3, 3),
                convolution("3-D by 3", volume, of(2, 3, 4, 5, 4), 4, true, 3, 3, 3),
                convolution("3-D by 1, stride 2", volume.stride(2), of(2, 3, 4, 3, 5), 4, false, 1, 1, 1),
                convolution("3-D with nothing cubic", volume.stride(1, 2, 3).padding(of(0, 1, 2), of(1, 0, 2))
                        .dilation(2, 1, 1), of(1, 2, 5, 4, 6), 3, true, 2, 3, 4),
                convolution("3-D depthwise", volume.padding(1).groups(8), of(1, 8, 3, 4, 3), 8, false, 3, 3, 3),
                convolution("3-D in 17 channels", volume.padding(1), of(1, 17, 3, 3, 4), 16, true, 3, 3, 3),
                new OpCase("convolution 1-D then relu", b -> b.classify(b.relu("relu",
                        b.convolution("conv", line.padding(1), b.stem(2, 3, 7), 9, true, 3)))),
                new OpCase("convolution 3-D then sigmoid", b -> b.classify(b.unary("sigmoid", UnaryFunction.SIGMOID,
                        b.convolution("conv", volume, b.stem(2, 3, 3, 4, 3), 9, true, 2, 2, 2)))));
    }

    private static OpCase transposed(String name, Convolution op, long[] images, long outputs, long[] result,
            long... window) {
        return new OpCase("transposed convolution " + name, b ->
                b.classify(b.transposed("conv", op, b.stem(images), outputs, result, window)));
    }

    private static List<OpCase> transposed() {
        Convolution line = Convolution.over(1);
        Convolution plane = Convolution.over(2);
        Convolution volume = Convolution.over(3);
        return List.of(
                transposed("1-D by 3", line, of(2, 3, 5), 4, of(7), 3),
                transposed("1-D, stride 3, output padding 2", line.stride(3).padding(1), of(2, 4, 4), 2, of(12), 3),
                transposed("2-D by 1", plane, of(2, 3, 4, 3), 4, of(4, 3), 1, 1),
                transposed("2-D by 2, stride 2", plane.stride(2), of(2, 17, 3, 4), 16, of(6, 8), 2, 2),
                transposed("2-D, output padding", plane.stride(2).padding(1), of(2, 3, 3, 4), 5, of(6, 7), 3, 3),
                transposed("2-D by 3 in 16 channels", plane.padding(1), of(2, 16, 4, 4), 16, of(4, 4), 3, 3),
                transposed("2-D, asymmetric and dilated", plane.stride(1, 2).dilation(2, 1).padding(of(1, 0), of(2, 1)),
                        of(1, 3, 4, 3), 2, of(5, 6), 3, 3),
                transposed("2-D in 2 groups", plane.stride(2).groups(2), of(2, 4, 3, 2), 6, of(7, 5), 3, 3),
                transposed("2-D depthwise", plane.stride(2).padding(1).groups(8), of(2, 8, 3, 3), 8, of(6, 5), 3, 3),
                transposed("3-D by 2, stride 2", volume.stride(2), of(1, 3, 2, 3, 2), 4, of(4, 6, 4), 2, 2, 2),
                transposed("3-D, output padding", volume.stride(2).padding(1), of(1, 3, 2, 2, 3), 2, of(4, 3, 6),
                        3, 3, 3));
    }

    private static OpCase layer(String name, Layer layer, long... images) {
        return new OpCase(name, b -> {
            Value x = b.stem(images);
            return b.classify(layer.apply(b.graph, "pool", x));
        });
    }

    private static List<OpCase> pools() {
        return List.of(
                layer("max pool 1-D", Layers.maxPool(3).stride(2).padding(1), 2, 3, 8),
                layer("max pool 1-D, dilation 2", Layers.maxPool(2).stride(1).dilation(2), 2, 3, 6),
                layer("max pool 2-D, dilation 2 and 3", Layers.maxPool(3).stride(2).padding(2, 1).dilation(2, 3),
                        2, 3, 8, 9),
                layer("max pool 3-D", Layers.maxPool(2), 2, 3, 4, 5, 4),
                layer("max pool 3-D with nothing cubic", Layers.maxPool(1, 2, 3).stride(2, 1, 2).padding(0, 1, 1),
                        1, 17, 3, 4, 5),
                layer("max pool, ceil", Layers.maxPool(3).stride(2).ceil(), 2, 3, 6, 8),
                layer("max pool, ceil and padded", Layers.maxPool(3).stride(3).padding(1).ceil(), 2, 3, 6, 7),
                layer("max pool, stride beyond the window", Layers.maxPool(2).stride(3, 4), 2, 3, 8, 9),
                layer("avg pool 1-D", Layers.avgPool(3).stride(2).padding(1), 2, 3, 8),
                layer("avg pool 1-D without padding", Layers.avgPool(3).stride(2).padding(1).withoutPadding(), 2, 3, 8),
                layer("avg pool without padding", Layers.avgPool(3, 2).stride(2, 1).padding(1).withoutPadding(),
                        2, 17, 7, 6),
                layer("avg pool 3-D", Layers.avgPool(2).padding(1), 2, 3, 3, 4, 5),
                layer("avg pool 3-D without padding", Layers.avgPool(3).stride(2).padding(1).withoutPadding(),
                        1, 3, 3, 4, 5),
                layer("avg pool, ceil", Layers.avgPool(2).ceil(), 2, 3, 5, 4),
                layer("avg pool, ceil and padded", Layers.avgPool(3).stride(3).padding(1).ceil(), 2, 3, 6, 8),
                layer("avg pool, ceil without padding", Layers.avgPool(3).stride(3).padding(1).ceil().withoutPadding(),
                        2, 3, 6, 8),
                layer("avg pool, stride beyond the window", Layers.avgPool(2).stride(3, 4), 2, 3, 8, 9),
                layer("global avg pool 1-D", Layers.globalAvgPool(), 2, 3, 5),
                layer("global avg pool 3-D", Layers.globalAvgPool(), 2, 3, 2, 3, 2),
                layer("global max pool", Layers.globalMaxPool(), 2, 17, 3, 4));
    }

    private static OpCase normalization(String name, BatchNormalization op, long... images) {
        return new OpCase("batch normalization " + name, b -> b.classify(b.normalization("bn", op, b.stem(images))));
    }

    /** Normalised by statistics that the graph computes, and that have a gradient. */
    private static OpCase statistics(long... images) {
        return new OpCase("channel statistics of " + images.length + " dimensions", b -> {
            Value x = b.stem(images);
            List<Value> statistics = b.graph.node("statistics", new ChannelStatistics(), List.of(x)).outputs();
            BatchNormalization op = BatchNormalization.standard().withMode(BatchNormalization.Mode.FROZEN);
            return b.classify(b.graph.apply("bn", op, x,
                    b.variable("bn.weight", Variable.Kind.NORMALIZATION, images[1]),
                    b.variable("bn.bias", Variable.Kind.NORMALIZATION, images[1]),
                    b.graph.apply("sum of means", new SumAcrossRanks(3), statistics.get(0)),
                    b.graph.apply("sum of variances", new SumAcrossRanks(3), statistics.get(1))));
        });
    }

    private static OpCase grouped(long groups, double epsilon, long... images) {
        return new OpCase("group normalization in " + groups + " of " + images[1], b -> b.classify(b.graph.apply("gn",
                new GroupNormalization(groups, epsilon, LayerNormalization.Scaling.SCALE_AND_SHIFT), b.stem(images),
                b.variable("gn.weight", Variable.Kind.NORMALIZATION, images[1]),
                b.variable("gn.bias", Variable.Kind.NORMALIZATION, images[1]))));
    }

    private static List<OpCase> normalizations() {
        BatchNormalization batch = BatchNormalization.standard();
        BatchNormalization frozen = batch.withMode(BatchNormalization.Mode.FROZEN);
        BatchNormalization counted = batch.withEpsilon(1e-5).withAveraging(new Averaging.Cumulative());
        return List.of(
                normalization("of rows", batch, 6, 4),
                normalization("1-D", batch, 3, 4, 5),
                normalization("1-D in 17 channels", batch, 2, 17, 3),
                normalization("3-D", batch, 2, 4, 3, 2, 3),
                normalization("of frozen statistics", frozen, 3, 4, 3, 2),
                normalization("of frozen statistics, one value a channel", frozen, 1, 9, 1, 1),
                normalization("of frozen statistics of rows", frozen, 3, 4),
                normalization("of frozen statistics, 3-D", frozen, 2, 17, 2, 2, 3),
                statistics(5, 4),
                statistics(3, 4, 5),
                statistics(3, 17, 8, 6),
                statistics(2, 9, 4, 4, 5),
                new OpCase("channel statistics, the variance alone", b -> b.scalar(b.graph.apply("sum",
                        Reduce.all(Reduction.SUM, 1), b.graph.node("statistics", new ChannelStatistics(),
                        List.of(b.stem(3, 17, 3, 2))).outputs().get(1)))),
                grouped(1, 1e-5, 3, 6, 4, 5),
                grouped(3, 1e-5, 2, 6, 5, 3),
                grouped(17, 1e-3, 3, 17, 4, 3),
                grouped(6, 1e-5, 2, 24, 11, 13),
                grouped(2, 1e-5, 2, 16, 7),
                grouped(4, 1e-5, 1, 8, 2, 3, 3),
                grouped(2, 1e-5, 5, 6),
                new OpCase("group normalization without a scale", b -> b.classify(b.graph.apply("gn",
                        new GroupNormalization(3, 1e-5, LayerNormalization.Scaling.NONE), b.stem(2, 9, 4, 3)))),
                new OpCase("instance normalization with running statistics", b -> b.classify(
                        new InstanceNorm(1e-5, BatchNorm.Affine.WITH).tracked(0.3)
                                .apply(b.graph, "in", b.stem(3, 17, 4, 3)))),
                normalization("of many rows", batch, 130, 5),
                normalization("1-D of many values", batch, 3, 17, 50),
                normalization("3-D of many values", batch, 2, 9, 4, 4, 5),
                normalization("of many values, by a cumulative average", counted, 2, 8, 9, 8)
                        .with("bn.num_batches_tracked", 3),
                normalization("of many values and frozen statistics", frozen, 5, 17, 9, 7),
                new OpCase("batch normalization of many values then relu", b -> b.classify(
                        b.relu("relu", b.normalization("bn", batch, b.stem(3, 17, 8, 6))))),
                normalization("of a cumulative average", counted, 3, 4, 3, 2).with("bn.num_batches_tracked", 3),
                normalization("of a cumulative average, frozen", counted.withMode(BatchNormalization.Mode.FROZEN), 3, 4,
                        3),
                new OpCase("batch normalization of frozen statistics then relu", b -> b.classify(
                        b.relu("relu", b.normalization("bn", frozen, b.stem(2, 9, 3, 2))))),
                layer("batch norm without a scale", new BatchNorm().withoutAffine(), 3, 4, 3, 2),
                layer("instance norm 1-D", Layers.instanceNorm(), 2, 3, 5),
                layer("instance norm 3-D with a scale", Layers.instanceNorm().withAffine(), 2, 3, 2, 3, 2),
                layer("group norm 3-D", Layers.groupNorm(2), 2, 4, 2, 3, 2),
                layer("group norm of rows", Layers.groupNorm(2), 3, 6));
    }

    private static List<OpCase> adaptive() {
        return List.of(
                layer("adaptive avg pool of a multiple", Layers.adaptiveAvgPool(2, 3), 2, 3, 4, 6),
                layer("adaptive avg pool", Layers.adaptiveAvgPool(4), 2, 3, 10, 6),
                layer("adaptive avg pool into more", Layers.adaptiveAvgPool(5), 2, 3, 3, 4),
                layer("adaptive max pool", Layers.adaptiveMaxPool(4, 3), 2, 3, 7, 5),
                layer("adaptive max pool 1-D", Layers.adaptiveMaxPool(3), 2, 3, 8),
                layer("adaptive avg pool 3-D", Layers.adaptiveAvgPool(2), 1, 3, 3, 4, 5));
    }
}
