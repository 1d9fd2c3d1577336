package dev.gatun.operation;

import dev.gatun.op.LayerNormalization;
import dev.gatun.op.LayerNormalization.Scaling;
import dev.gatun.op.Linear;
import dev.gatun.op.MatMul;
import dev.gatun.op.Recurrent;
import dev.gatun.op.RmsNormalization;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttention.Masking;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.op.function.RecurrentCell;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** Products of rows and matrices, and layers over rows and sequences. */
final class DrawnRows {
    private DrawnRows() {}

    static OpCase linear(Draw draw) {
        Shape x = draw.half() ? Shape.of(draw.extent(), draw.channels())
                : Shape.of(draw.between(1, 4), draw.between(1, 5), draw.extent(), draw.between(1, 4));
        Shape weight = x.with(0, draw.channels());
        DrawnCase drawn = DrawnCase.of(draw, new Linear()).operand("x", x).operand("weight", weight);
        boolean bias = draw.half();
        if (bias) {
            drawn.channels("bias", Shape.of(weight.extent(0)), -1, 1);
        }
        return drawn.named("linear of " + x + " by " + weight + (bias ? " with bias" : ""));
    }

    static OpCase matMul(Draw draw) {
        MatMul op = new MatMul(draw.one(List.of(MatMul.Given.values())), draw.one(List.of(MatMul.Given.values())),
                draw.one(List.of(MatMul.Result.values())));
        long rows = draw.extent();
        long inner = draw.channels();
        long columns = draw.extent();
        long[] batch = draw.each(draw.below(3), 1, 3);
        Shape a = matrix(draw, batch, op.a(), rows, inner);
        Shape b = matrix(draw, batch, op.b(), inner, columns);
        return DrawnCase.of(draw, op).operand("a", a).operand("b", b).named(op + " of " + a + " and " + b);
    }

    /** With leading dimensions, of which some are 1 or left out. */
    private static Shape matrix(Draw draw, long[] batch, MatMul.Given given, long rows, long columns) {
        LongStream leading = switch (draw.below(3)) {
            case 0 -> LongStream.empty();
            case 1 -> Arrays.stream(batch).map(extent -> draw.half() ? extent : 1);
            default -> Arrays.stream(batch);
        };
        LongStream matrix = switch (given) {
            case PLAIN -> LongStream.of(rows, columns);
            case TRANSPOSED -> LongStream.of(columns, rows);
        };
        return Shape.of(LongStream.concat(leading, matrix).toArray());
    }

    static OpCase layerNormalization(Draw draw) {
        Shape x = draw.shape(2, 4);
        int axes = (int) draw.between(1, x.rank() - 1);
        Scaling scaling = draw.one(List.of(Scaling.values()));
        LayerNormalization op = new LayerNormalization(axes, draw.one(List.of(1e-5, 1e-3)), scaling);
        DrawnCase drawn = DrawnCase.of(draw, op).operand("x", x, -2, 3);
        if (scaling == Scaling.SCALE_AND_SHIFT) {
            drawn.channels("scale", op.features(x), 0.25, 2).channels("shift", op.features(x), -1, 1);
        }
        return drawn.named(op + " of " + x);
    }

    static OpCase rmsNormalization(Draw draw) {
        Shape x = draw.shape(1, 4);
        RmsNormalization op = new RmsNormalization(
                draw.one(List.of(1e-5, 1e-3)), draw.one(List.of(RmsNormalization.Scaling.values())));
        DrawnCase drawn = DrawnCase.of(draw, op).operand("x", x, -2, 3);
        if (op.scaling() == RmsNormalization.Scaling.SCALE) {
            drawn.channels("scale", Shape.of(x.extent(-1)), 0.25, 2);
        }
        return drawn.named(op + " of " + x);
    }

    static OpCase recurrent(Draw draw) {
        RecurrentCell cell = draw.next(List.of(RecurrentCell.values()));
        Recurrent op = new Recurrent(cell, draw.one(List.of(Recurrent.Direction.values())));
        long steps = draw.between(1, 5);
        long batch = draw.between(1, 4);
        long inputs = draw.one(1, 2, 3, 5, 8, 17);
        long width = draw.one(1, 2, 3, 7, 8, 16, 17);
        Shape gates = Shape.of(cell.gates() * width);
        DrawnCase drawn = DrawnCase.of(draw, op).operand("x", Shape.of(steps, batch, inputs))
                .operand("weight_ih", Shape.of(cell.gates() * width, inputs), -0.5, 0.5)
                .operand("weight_hh", Shape.of(cell.gates() * width, width), -0.5, 0.5)
                .operand("gates_ih", gates).operand("gates_hh", gates).operand("hidden", Shape.of(batch, width));
        if (cell.hasCellState()) {
            drawn.operand("cell", Shape.of(batch, width));
            drawn = draw.half() ? drawn.reading(0, 1) : draw.half() ? drawn.reading(1) : drawn;
        }
        return drawn.named(op + " over " + steps + " steps of " + batch + "x" + inputs + " in a width of " + width);
    }

    static OpCase attention(Draw draw) {
        Masking masking = draw.one(List.of(Masking.values()));
        ScaledDotProductAttention op = new ScaledDotProductAttention(draw.number(0.1, 1), masking,
                draw.half() ? 0 : draw.number(0.1, 0.8), draw.below(9));
        long[] batch = draw.each(draw.below(3), 1, 3);
        long queries = draw.onceIn(6) ? 67 : draw.extent();
        long keys = draw.onceIn(6) ? 131 : draw.extent();
        long width = draw.one(1, 2, 3, 4, 8, 17);
        long outputs = draw.one(1, 2, 3, 4, 8, 17);
        if (batch.length > 0 && queries * keys > 500) {
            batch = new long[] {2};
        }
        DrawnCase drawn = DrawnCase.of(draw, op).operand("query", matrices(batch, queries, width))
                .operand("key", matrices(batch, keys, width)).operand("value", matrices(batch, keys, outputs));
        if (masking == Masking.ADDED) {
            drawn.operand("mask", draw.half() ? matrices(batch, queries, keys) : Shape.of(1, keys));
        }
        return drawn.named(op + " of " + Arrays.toString(batch) + " batches of " + queries + " queries of " + width
                + " to " + keys + " keys of " + outputs);
    }

    private static Shape matrices(long[] batch, long rows, long columns) {
        return Shape.of(LongStream.concat(Arrays.stream(batch), LongStream.of(rows, columns)).toArray());
    }

    static OpCase softmaxCrossEntropy(Draw draw) {
        long rows = draw.extent();
        long classes = draw.channels();
        return DrawnCase.of(draw, new SoftmaxCrossEntropy()).operand("logits", Shape.of(rows, classes), -8, 8)
                .indices("labels", Shape.of(rows), classes)
                .named("softmax cross-entropy of " + rows + " rows in " + classes + " classes");
    }
}
