package dev.gatun.operation;

import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.ChannelStatistics;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.LayerNormalization.Scaling;
import dev.gatun.op.Pool;
import dev.gatun.op.Slide;
import dev.gatun.op.Window;
import dev.gatun.op.function.PoolKind;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Convolution, pooling and normalisation of images of 1 to 3 spatial axes. */
final class DrawnImages {
    /** So many products the oracle makes of one case. */
    private static final long PRODUCTS = 30_000;

    private static final DType FLOATS = DType.F32;

    private DrawnImages() {}

    private static Convolution attributes(Draw draw, int axes, long groups) {
        Convolution op = Convolution.over(axes).groups(groups).stride(draw.each(axes, 1, draw.onceIn(4) ? 4 : 2));
        if (draw.half()) {
            op = op.padding(draw.each(axes, 0, 2), draw.each(axes, 0, 2));
        }
        return draw.onceIn(3) ? op.dilation(draw.each(axes, 1, 3)) : op;
    }

    private static long[] window(Draw draw, int axes) {
        return draw.onceIn(3) ? draw.each(axes, 1, 1) : draw.half() ? draw.each(axes, 3, 3) : draw.each(axes, 1, 5);
    }

    private static long groups(Draw draw) {
        return draw.half() ? 1 : draw.one(2, 3, 8, 17);
    }

    private static int axes(Draw draw) {
        return draw.half() ? 2 : (int) draw.between(1, 3);
    }

    private static Shape weight(long outputs, long inputs, long[] window) {
        return Shape.of(LongStream.concat(LongStream.of(outputs, inputs), LongStream.of(window)).toArray());
    }

    /** Dense, grouped and depthwise ones; with strides beyond the window among them. */
    static OpCase convolution(Draw draw) {
        int axes = axes(draw);
        long groups = groups(draw);
        boolean depthwise = groups > 1 && draw.half();
        long inputs = depthwise ? 1 : groups == 1 ? draw.channels() : draw.between(1, 9);
        Convolution op = attributes(draw, axes, groups);
        Shape images = draw.images(axes, groups * inputs);
        Shape weight = weight(groups * (depthwise ? draw.between(1, 2) : groups == 1 ? draw.channels()
                : draw.between(1, 9)), inputs, window(draw, axes));
        checkSize(op.flops(List.of(new TensorType(FLOATS, images), new TensorType(FLOATS, weight))));
        DrawnCase drawn = DrawnCase.of(draw, op).operand("x", images).operand("weight", weight);
        boolean bias = draw.half();
        if (bias) {
            drawn.channels("bias", Shape.of(weight.extent(0)), -1, 1);
        }
        return drawn.named(op + " of " + images + " by " + weight + (bias ? " with bias" : ""));
    }

    /** A transposed convolution: the gradient of another as an operation of its own. */
    static OpCase transposed(Draw draw) {
        int axes = axes(draw);
        long groups = groups(draw);
        Convolution op = attributes(draw, axes, groups);
        Shape images = draw.images(axes, groups * (groups == 1 ? draw.channels() : draw.between(1, 9)));
        Shape weight = weight(groups * (groups == 1 ? draw.channels() : draw.between(1, 9)),
                images.extent(1) / groups, window(draw, axes));
        List<TensorType> types = List.of(new TensorType(FLOATS, images), new TensorType(FLOATS, weight));
        checkSize(op.flops(types));
        Shape small = op.infer(types).getFirst().shape();
        return DrawnCase.of(draw, new ConvolutionBackwardData(op, images)).operand("x", small).operand("weight", weight)
                .named("transposed " + op + " of " + small + " by " + weight + " to " + images);
    }

    private static void checkSize(long flops) {
        if (flops > 2 * PRODUCTS) {
            throw new IllegalArgumentException("too large for the oracle");
        }
    }

    static OpCase pool(Draw draw) {
        int axes = axes(draw);
        PoolKind kind = draw.next(List.of(PoolKind.values()));
        Shape images = draw.images(axes, draw.channels());
        List<Window.Axis> window = new ArrayList<>();
        for (int i = 0; i < axes; i++) {
            long dilation = kind == PoolKind.MAX && draw.onceIn(3) ? draw.between(1, 3) : 1;
            window.add(new Window.Axis(draw.between(1, 4), new Slide(draw.between(1, 5), dilation,
                    draw.between(0, 1), draw.between(0, 1))));
        }
        Pool op = draw.onceIn(5) ? Pool.global(kind, images) : new Pool(kind, new Window(window));
        return DrawnCase.of(draw, op).operand("x", images).named(op + " of " + images);
    }

    static OpCase batchNormalization(Draw draw) {
        Shape images = draw.half() ? draw.images(axes(draw), draw.channels())
                : Shape.of(draw.between(2, 9), draw.channels());
        Averaging averaging = draw.half() ? new Averaging.Exponential(draw.number(0, 1)) : new Averaging.Cumulative();
        BatchNormalization.Mode mode = draw.one(List.of(BatchNormalization.Mode.values()));
        BatchNormalization op = new BatchNormalization(draw.one(List.of(1e-5, 1e-3)), averaging, mode);
        Shape channels = Shape.of(images.extent(1));
        DrawnCase drawn = DrawnCase.of(draw, op).operand("x", images, -2, 3).channels("scale", channels, 0.25, 2)
                .channels("shift", channels, -1, 1).statistics("running_mean", channels, -1, 1)
                .statistics("running_var", channels, 0.25, 2);
        if (averaging instanceof Averaging.Cumulative) {
            drawn.statistics("batches", Shape.of(), 3, 3);
        }
        return (mode == BatchNormalization.Mode.INFERENCE ? drawn.reading() : drawn).named(op + " of " + images);
    }

    static OpCase channelStatistics(Draw draw) {
        Shape images = draw.half() ? draw.images(axes(draw), draw.channels())
                : Shape.of(draw.between(1, 9), draw.channels());
        return DrawnCase.of(draw, new ChannelStatistics()).operand("x", images, -2, 3)
                .named("channel statistics of " + images);
    }

    static OpCase groupNormalization(Draw draw) {
        long groups = draw.one(1, 1, 2, 3, 4, 17);
        Shape images = draw.images(axes(draw), groups * draw.one(1, 2, 3, 5, 8));
        Scaling scaling = draw.one(List.of(Scaling.values()));
        GroupNormalization op = new GroupNormalization(groups, draw.one(List.of(1e-5, 1e-3)), scaling);
        DrawnCase drawn = DrawnCase.of(draw, op).operand("x", images, -2, 3);
        if (scaling == Scaling.SCALE_AND_SHIFT) {
            drawn.channels("scale", Shape.of(images.extent(1)), 0.25, 2)
                    .channels("shift", Shape.of(images.extent(1)), -1, 1);
        }
        return drawn.named(op + " of " + images);
    }

    static OpCase instanceNormalization(Draw draw) {
        Shape images = draw.images(axes(draw), draw.channels());
        Shape channels = Shape.of(images.extent(1));
        InstanceNormalization op = new InstanceNormalization(1e-5, new Averaging.Exponential(draw.number(0, 1)));
        return DrawnCase.of(draw, op).operand("x", images, -2, 3).channels("scale", channels, 0.25, 2)
                .channels("shift", channels, -1, 1).statistics("running_mean", channels, -1, 1)
                .statistics("running_var", channels, 0.25, 2).named(op + " of " + images);
    }
}
