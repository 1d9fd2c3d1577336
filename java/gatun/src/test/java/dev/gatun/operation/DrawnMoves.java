package dev.gatun.operation;

import dev.gatun.op.Concat;
import dev.gatun.op.Gather;
import dev.gatun.op.OneHot;
import dev.gatun.op.Pad;
import dev.gatun.op.Resample;
import dev.gatun.op.Reshape;
import dev.gatun.op.Slice;
import dev.gatun.op.Transpose;
import dev.gatun.op.function.Sampling;
import dev.gatun.reference.OpCase;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** What moves, chooses and repeats elements. */
final class DrawnMoves {
    private DrawnMoves() {}

    static OpCase reshape(Draw draw) {
        Shape shape = draw.shape(0, 5);
        List<Long> extents = new ArrayList<>();
        for (int i = 0; i < shape.rank(); i++) {
            if (!extents.isEmpty() && draw.half()) {
                extents.add(extents.removeLast() * shape.extent(i));
            } else {
                extents.add(shape.extent(i));
            }
            if (draw.onceIn(4)) {
                extents.add(1L);
            }
        }
        Shape other = Shape.of(extents.stream().mapToLong(Long::longValue).toArray());
        return DrawnCase.of(draw, new Reshape(other)).operand("x", shape).named("reshape of " + shape + " to " + other);
    }

    static OpCase transpose(Draw draw) {
        Shape shape = draw.shape(0, 5);
        List<Integer> order = new ArrayList<>(IntStream.range(0, shape.rank()).boxed().toList());
        Collections.shuffle(order, new Random(draw.below(1 << 30)));
        return DrawnCase.of(draw, new Transpose(order)).operand("x", shape).named("transpose of " + shape + " by "
                + order);
    }

    static OpCase slice(Draw draw) {
        Shape shape = draw.shape(1, 5);
        int axis = draw.below(shape.rank());
        long start = draw.between(0, shape.extent(axis) - 1);
        Slice op = new Slice(axis, start, draw.between(1, shape.extent(axis) - start));
        return DrawnCase.of(draw, op).operand("x", shape).named(op + " of " + shape);
    }

    static OpCase concat(Draw draw) {
        Shape shape = draw.shape(1, 4);
        int axis = draw.below(shape.rank());
        DrawnCase drawn = DrawnCase.of(draw, new Concat(axis));
        StringBuilder name = new StringBuilder("concat along " + axis + " of");
        for (long i = draw.between(1, 4); i > 0; i--) {
            Shape part = shape.with(axis, draw.extent());
            drawn.operand("x" + i, part);
            name.append(' ').append(part);
        }
        return drawn.named(name.toString());
    }

    static OpCase pad(Draw draw) {
        Shape shape = draw.shape(1, 5);
        Pad op = new Pad(draw.below(shape.rank()), draw.between(0, 3), draw.between(0, 17));
        return DrawnCase.of(draw, op).operand("x", shape).named(op + " of " + shape);
    }

    static OpCase resample(Draw draw) {
        Shape shape = draw.shape(1, 4);
        int axis = draw.below(shape.rank());
        long extent = shape.extent(axis);
        Sampling sampling = switch (draw.below(4)) {
            case 0 -> new Sampling.Nearest(draw.between(1, 20));
            case 1 -> new Sampling.Linear(draw.between(1, 20), draw.one(List.of(Sampling.Corners.values())));
            case 2 -> new Sampling.Reflect(draw.between(0, extent - 1), draw.between(0, extent - 1));
            default -> new Sampling.Replicate(draw.between(0, 9), draw.between(0, 9));
        };
        return DrawnCase.of(draw, new Resample(axis, sampling)).operand("x", shape)
                .named(sampling + " along " + axis + " of " + shape);
    }

    static OpCase gather(Draw draw) {
        Shape table = draw.shape(1, 3);
        int axis = draw.below(table.rank());
        long rows = table.extent(axis);
        Gather op = new Gather(axis, draw.half() ? Gather.NO_PADDING : draw.between(0, rows - 1));
        Shape indices = draw.shape(0, 2);
        if (table.elements() / rows * indices.elements() > 6000) {
            indices = Shape.of(3);
        }
        return DrawnCase.of(draw, op).operand("x", table).indices("indices", indices, rows)
                .named(op + " of " + table + " by " + indices);
    }

    static OpCase oneHot(Draw draw) {
        Shape labels = draw.shape(0, 3);
        int axis = draw.below(labels.rank() + 1);
        long classes = draw.channels();
        long ignored = draw.half() ? OneHot.NONE_IGNORED : draw.between(0, classes - 1);
        return new DrawnCase(draw, dtype -> new OneHot(axis, classes, ignored, dtype))
                .indices("labels", labels, classes).reading()
                .named("one-hot of " + labels + " in " + classes + " classes along " + axis + ", ignoring " + ignored);
    }
}
