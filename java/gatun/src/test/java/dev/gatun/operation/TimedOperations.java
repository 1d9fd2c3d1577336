package dev.gatun.operation;

import dev.gatun.op.Affine;
import dev.gatun.op.ArgMax;
import dev.gatun.op.Averaging;
import dev.gatun.op.BatchNormalization;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.Cast;
import dev.gatun.op.ChannelStatistics;
import dev.gatun.op.Concat;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.Dropout;
import dev.gatun.op.Fill;
import dev.gatun.op.Gather;
import dev.gatun.op.GroupNormalization;
import dev.gatun.op.InstanceNormalization;
import dev.gatun.op.LayerNormalization;
import dev.gatun.op.LayerNormalization.Scaling;
import dev.gatun.op.Linear;
import dev.gatun.op.MatMul;
import dev.gatun.op.OneHot;
import dev.gatun.op.Op;
import dev.gatun.op.Pad;
import dev.gatun.op.Pool;
import dev.gatun.op.Recurrent;
import dev.gatun.op.Reduce;
import dev.gatun.op.Resample;
import dev.gatun.op.Reshape;
import dev.gatun.op.RmsNormalization;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.Slice;
import dev.gatun.op.Softmax;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.StopGradient;
import dev.gatun.op.SumAcrossRanks;
import dev.gatun.op.Transpose;
import dev.gatun.op.Unary;
import dev.gatun.op.Where;
import dev.gatun.op.Window;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.PoolKind;
import dev.gatun.op.function.RecurrentCell;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.Sampling;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.SoftmaxKind;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;

/** The named shapes that {@code bench/} times: every operation at a size that training meets. */
public final class TimedOperations {
    private static final Shape IMAGES = Shape.of(16, 64, 56, 56);
    private static final Shape CHANNELS = Shape.of(64);
    private static final Shape ROWS = Shape.of(4096, 768);

    private final Draw draw = new Draw(1, 0);
    private final List<TimedOperation> cases = new ArrayList<>();

    private TimedOperations() {}

    /** All of them. */
    public static List<TimedOperation> all() {
        TimedOperations timed = new TimedOperations();
        timed.products();
        timed.layers();
        timed.normalizations();
        timed.functions();
        timed.moves();
        return List.copyOf(timed.cases);
    }

    /** One of them. */
    public static TimedOperation named(String name) {
        return all().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("no operation is called \"" + name + "\", only "
                        + all().stream().map(TimedOperation::name).toList()));
    }

    private void add(String name, DrawnCase drawn) {
        cases.add(drawn.timed(name));
    }

    private DrawnCase of(Op op) {
        return DrawnCase.of(draw, op);
    }

    private void convolution(String name, Convolution op, Shape images, Shape weight) {
        add(name, of(op).operand("x", images).operand("weight", weight));
    }

    private void products() {
        add("matmul 1024", of(MatMul.plain()).operand("a", Shape.of(1024, 1024)).operand("b", Shape.of(1024, 1024)));
        add("matmul 512", of(MatMul.plain()).operand("a", Shape.of(512, 512)).operand("b", Shape.of(512, 512)));
        add("matmul of 64 heads", of(new MatMul(MatMul.Given.PLAIN, MatMul.Given.TRANSPOSED))
                .operand("a", Shape.of(64, 256, 64)).operand("b", Shape.of(64, 256, 64)));
        add("linear 768 to 3072", of(new Linear()).operand("x", Shape.of(512, 768)).operand("weight",
                Shape.of(3072, 768)).channels("bias", Shape.of(3072), -1, 1));
        convolution("convolution 3x3", Convolution.square(1, 1), Shape.of(16, 64, 28, 28), Shape.of(64, 64, 3, 3));
        convolution("convolution 3x3 stride 2", Convolution.square(2, 1), Shape.of(16, 64, 28, 28),
                Shape.of(128, 64, 3, 3));
        convolution("convolution 1x1", Convolution.square(1, 0), Shape.of(16, 256, 28, 28), Shape.of(64, 256, 1, 1));
        add("convolution 7x7 of images", of(Convolution.square(2, 3)).data("x", Shape.of(4, 3, 224, 224))
                .operand("weight", Shape.of(64, 3, 7, 7)));
        convolution("convolution 3x3 depthwise", Convolution.square(1, 1).groups(64), IMAGES, Shape.of(64, 1, 3, 3));
        convolution("convolution 3x3 in 8 groups", Convolution.square(1, 1).groups(8), Shape.of(16, 64, 28, 28),
                Shape.of(64, 8, 3, 3));
        convolution("convolution 3-D", Convolution.over(3).padding(1), Shape.of(1, 16, 8, 28, 28),
                Shape.of(16, 16, 3, 3, 3));
        add("transposed convolution 2x2", of(new ConvolutionBackwardData(Convolution.square(2, 0), IMAGES))
                .operand("x", Shape.of(16, 128, 28, 28)).operand("weight", Shape.of(128, 64, 2, 2)));
        add("attention of 256 tokens", of(new ScaledDotProductAttention(0.125,
                ScaledDotProductAttention.Masking.CAUSAL, 0, 0)).operand("query", Shape.of(4, 8, 256, 64))
                .operand("key", Shape.of(4, 8, 256, 64)).operand("value", Shape.of(4, 8, 256, 64)));
    }

    private void layers() {
        for (RecurrentCell cell : RecurrentCell.values()) {
            long gates = cell.gates() * 256L;
            DrawnCase drawn = of(new Recurrent(cell, Recurrent.Direction.FORWARD)).operand("x", Shape.of(32, 32, 256))
                    .operand("weight_ih", Shape.of(gates, 256), -0.1, 0.1)
                    .operand("weight_hh", Shape.of(gates, 256), -0.1, 0.1).operand("gates_ih", Shape.of(gates))
                    .operand("gates_hh", Shape.of(gates)).operand("hidden", Shape.of(32, 256));
            add(cell.lowerCase() + " of 32 steps",
                    cell.hasCellState() ? drawn.operand("cell", Shape.of(32, 256)) : drawn);
        }
        for (PoolKind kind : PoolKind.values()) {
            add(kind.opName() + " 2x2", of(new Pool(kind, Window.square(2))).operand("x", IMAGES));
        }
        add("max_pool 3x3 stride 2", of(new Pool(PoolKind.MAX, Window.square(3).stride(2).padding(1))).operand("x",
                IMAGES));
        add("global average_pool", of(Pool.global(PoolKind.AVERAGE, IMAGES)).operand("x", IMAGES));
        add("dropout", of(new Dropout(0.5, 0)).operand("x", ROWS));
        add("softmax_cross_entropy in 1000 classes", of(new SoftmaxCrossEntropy()).operand("logits",
                Shape.of(512, 1000)).indices("labels", Shape.of(512), 1000));
        for (SoftmaxKind kind : SoftmaxKind.values()) {
            add(kind.lowerCase(), of(new Softmax(1, kind)).operand("x", ROWS));
        }
    }

    private void normalizations() {
        for (BatchNormalization.Mode mode : BatchNormalization.Mode.values()) {
            DrawnCase drawn = normalization(BatchNormalization.standard().withMode(mode), IMAGES)
                    .statistics("running_mean", CHANNELS, -1, 1).statistics("running_var", CHANNELS, 0.5, 1);
            add("batch_normalization in " + mode, mode == BatchNormalization.Mode.INFERENCE ? drawn.reading() : drawn);
        }
        add("channel_statistics", of(new ChannelStatistics()).operand("x", IMAGES));
        add("instance_normalization", normalization(new InstanceNormalization(1e-5, new Averaging.Exponential(0.1)),
                IMAGES).statistics("running_mean", CHANNELS, -1, 1).statistics("running_var", CHANNELS, 0.5, 1));
        add("group_normalization in 32", normalization(new GroupNormalization(32, 1e-5, Scaling.SCALE_AND_SHIFT),
                IMAGES));
        add("layer_normalization", of(new LayerNormalization(1, 1e-5, Scaling.SCALE_AND_SHIFT)).operand("x", ROWS)
                .channels("scale", Shape.of(768), 0.5, 1).channels("shift", Shape.of(768), -1, 1));
        add("rms_normalization", of(new RmsNormalization(1e-5, RmsNormalization.Scaling.SCALE)).operand("x", ROWS)
                .channels("scale", Shape.of(768), 0.5, 1));
    }

    private DrawnCase normalization(Op op, Shape images) {
        return of(op).operand("x", images).channels("scale", CHANNELS, 0.5, 1).channels("shift", CHANNELS, -1, 1);
    }

    private void functions() {
        List<ScalarFunction> functions = new ArrayList<>(List.of(UnaryFunction.values()));
        functions.addAll(List.of(new ParametricFunction.LeakyRelu(0.01), new ParametricFunction.Elu(1),
                new ParametricFunction.Clip(0, 6), new ParametricFunction.Softplus(1),
                new ParametricFunction.Power(1.5)));
        for (ScalarFunction function : functions) {
            add(function.lowerCase(), of(new Unary(function)).operand("x", IMAGES, 0.25, 2));
        }
        for (BinaryFunction function : BinaryFunction.values()) {
            DrawnCase drawn = of(new Binary(function)).operand("a", IMAGES).operand("b", IMAGES, 0.25, 1);
            boolean flat = function == BinaryFunction.GREATER || function == BinaryFunction.GREATER_EQUAL;
            add(function.lowerCase(), flat ? drawn.reading() : drawn);
        }
        add("add of a bias", of(new Binary(BinaryFunction.ADD)).operand("a", ROWS).operand("b", Shape.of(768)));
        add("affine", of(new Affine(2, 1)).operand("x", IMAGES));
        add("where", of(new Where()).operand("condition", IMAGES).operand("a", IMAGES).operand("b", IMAGES));
        for (Reduction reduction : Reduction.values()) {
            add("reduce_" + reduction.lowerCase() + " of rows", of(Reduce.over(reduction, 1)).operand("x", ROWS));
        }
        add("reduce_sum of columns", of(Reduce.over(Reduction.SUM, 0)).operand("x", ROWS));
        add("reduce_mean of everything", of(Reduce.all(Reduction.MEAN, 2)).operand("x", ROWS));
        add("argmax", of(new ArgMax(1)).operand("x", ROWS).reading());
        add("cast to bf16", of(new Cast(DType.BF16)).operand("x", IMAGES));
        add("fill", of(new Fill(new TensorType(DType.F32, IMAGES), 1)).reading());
        add("sum_across_ranks over one rank", of(new SumAcrossRanks(1)).operand("x", CHANNELS));
        add("stop_gradient", of(new StopGradient()).operand("x", IMAGES).reading());
    }

    private void moves() {
        add("broadcast of a bias", of(new Broadcast(ROWS)).operand("x", Shape.of(768)));
        add("reshape", of(new Reshape(Shape.of(4096 * 768))).operand("x", ROWS));
        add("transpose of heads", of(new Transpose(List.of(0, 2, 1, 3))).operand("x", Shape.of(16, 256, 12, 64)));
        add("transpose of a matrix", of(new Transpose(List.of(1, 0))).operand("x", ROWS));
        add("slice of channels", of(new Slice(1, 16, 32)).operand("x", IMAGES));
        add("concat of channels", of(new Concat(1)).operand("a", IMAGES).operand("b", IMAGES));
        add("pad of width", of(new Pad(3, 1, 1)).operand("x", IMAGES));
        for (Sampling sampling : List.of(new Sampling.Nearest(112), new Sampling.Linear(112, Sampling.Corners.EDGES),
                new Sampling.Linear(112, Sampling.Corners.ALIGNED), new Sampling.Reflect(1, 1),
                new Sampling.Replicate(1, 1))) {
            add(sampling + " of height", of(new Resample(2, sampling)).operand("x", IMAGES));
        }
        add("gather of an embedding", of(Gather.along(0)).operand("x", Shape.of(10_000, 256))
                .indices("indices", Shape.of(64, 128), 10_000));
        add("one_hot in 1000 classes", of(new OneHot(1, 1000, OneHot.NONE_IGNORED, DType.F32))
                .indices("labels", Shape.of(4096), 1000).reading());
    }
}
