package dev.gatun.compress.distill;

import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.nn.Layers;
import dev.gatun.nn.loss.Huber;
import dev.gatun.nn.loss.MeanSquaredError;
import dev.gatun.op.Reshape;
import dev.gatun.op.StopGradient;
import dev.gatun.shape.Shape;
import java.util.Arrays;

/** What losses between features share. */
final class Features {
    private Features() {}

    /**
     * Two tensors to be compared.
     *
     * @param student what is trained
     * @param teacher a constant
     */
    record Pair(Value student, Value teacher) {}

    static void checkPositive(String what, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(what + " must be positive and finite, got " + value);
        }
    }

    static void checkScores(String name, Value student, Value teacher) {
        if (!student.type().equals(teacher.type()) || student.type().shape().rank() != 2) {
            throw new IllegalArgumentException(name + ": the scores of the student " + student.type()
                    + " and of the teacher " + teacher.type() + " must be (N, classes) of one type");
        }
    }

    /** A student's and a teacher's tensor of one batch; the teacher's without a gradient. */
    static Pair pair(Formula f, Value student, Value teacher, int leastRank) {
        Shape a = student.type().shape();
        Shape b = teacher.type().shape();
        if (a.rank() < leastRank || b.rank() < leastRank || a.extent(0) != b.extent(0)
                || student.type().dtype() != teacher.type().dtype()) {
            throw new IllegalArgumentException(f.name() + ": features of the student " + student.type()
                    + " and of the teacher " + teacher.type() + " must be of one batch and element type, with at least "
                    + leastRank + " dimensions");
        }
        return new Pair(student, f.apply(new StopGradient(), teacher));
    }

    /**
     * Brings features {@code (N, C, spatial...)} to the smaller of two spatial sizes by adaptive average pooling, as is
     * usual where a teacher's layers are larger.
     */
    static Pair pooled(Formula f, Pair pair) {
        long[] a = spatial(pair.student);
        long[] b = spatial(pair.teacher);
        if (a.length != b.length) {
            throw misfit(f, pair, "cannot be brought to one size");
        }
        if (Arrays.equals(a, b)) {
            return pair;
        }
        boolean larger = true;
        boolean smaller = true;
        for (int i = 0; i < a.length; i++) {
            larger &= a[i] >= b[i];
            smaller &= a[i] <= b[i];
        }
        if (larger) {
            return new Pair(Layers.adaptiveAvgPool(b).apply(f.graph(), f.name(), pair.student), pair.teacher);
        }
        if (smaller) {
            return new Pair(pair.student, Layers.adaptiveAvgPool(a).apply(f.graph(), f.name(), pair.teacher));
        }
        throw misfit(f, pair, "cannot be brought to one size, as neither is the smaller");
    }

    private static long[] spatial(Value x) {
        long[] extents = x.type().shape().extents();
        return Arrays.copyOfRange(extents, Math.min(2, extents.length), extents.length);
    }

    static IllegalArgumentException misfit(Formula f, Pair pair, String problem) {
        return new IllegalArgumentException(f.name() + ": features of the student " + pair.student.type()
                + " and of the teacher " + pair.teacher.type() + " " + problem + ": choose other layers");
    }

    /** One row for each example. */
    static Value rows(Formula f, Value x) {
        Shape shape = x.type().shape();
        return shape.rank() == 2 ? x
                : f.apply(new Reshape(Shape.of(shape.extent(0), shape.elements() / shape.extent(0))), x);
    }

    /** Vectors along an axis divided by their Euclidean length; of the length 0 as they are. */
    static Value unit(Formula f, Value x, int axis) {
        Value length = f.over(axis).kept().norm(x, 2);
        return f.divide(x, f.add(length, f.atMost(length, 0)));
    }

    /** The vector from each example to each other, {@code (N, N, D)}: at {@code (j, i)} from {@code j} to {@code i}. */
    static Value differences(Formula f, Value x) {
        Value rows = rows(f, x);
        long count = rows.type().shape().extent(0);
        long width = rows.type().shape().extent(1);
        if (count < 2) {
            throw new IllegalArgumentException(f.name() + ": relations among examples need a batch of at least 2");
        }
        return f.subtract(f.apply(new Reshape(Shape.of(1, count, width)), rows),
                f.apply(new Reshape(Shape.of(count, 1, width)), rows));
    }

    static Value huber(Formula f, Value student, Value teacher) {
        return new Huber().apply(f.graph(), f.name(), student, teacher);
    }

    static Value meanSquare(Formula f, Value student, Value teacher) {
        return new MeanSquaredError().apply(f.graph(), f.name(), student, teacher);
    }
}
