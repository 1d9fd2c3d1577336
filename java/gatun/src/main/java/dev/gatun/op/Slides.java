package dev.gatun.op;

import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What convolutions and pooling say alike of their spatial axes. */
final class Slides {
    /** The most spatial axes that there may be. */
    static final int MOST_AXES = 3;

    private static final List<List<String>> NAMES =
            List.of(List.of("length"), List.of("height", "width"), List.of("depth", "height", "width"));

    private Slides() {}

    /** What becomes of one axis by a number. */
    @FunctionalInterface
    interface Change<T> {
        T of(T axis, long number);
    }

    static List<Slide> plain(int rank) {
        checkRank(rank);
        return Collections.nCopies(rank, Slide.PLAIN);
    }

    static void checkRank(int rank) {
        if (rank < 1 || rank > MOST_AXES) {
            throw new IllegalArgumentException("1 to " + MOST_AXES + " spatial axes wanted, got " + rank);
        }
    }

    /** Every axis changed by a number of its own, or all by one. */
    static <T> List<T> each(List<T> axes, String what, long[] numbers, Change<T> change) {
        if (numbers.length != 1) {
            checkEach(axes, what, numbers);
        }
        List<T> changed = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            changed.add(change.of(axes.get(i), numbers[numbers.length == 1 ? 0 : i]));
        }
        return changed;
    }

    static void checkEach(List<?> axes, String what, long[] numbers) {
        if (numbers.length != axes.size()) {
            throw new IllegalArgumentException(what + " wanted for each of " + axes.size() + " spatial axes, got "
                    + numbers.length);
        }
    }

    /** The spatial extents of the result: one window after another along each axis of {@code x (N, C, spatial...)}. */
    static long[] extents(Op op, Shape x, List<Slide> axes, long[] sizes) {
        long[] extents = new long[axes.size()];
        for (int i = 0; i < extents.length; i++) {
            Slide axis = axes.get(i);
            extents[i] = axis.windows(x.extent(i + 2), sizes[i]);
            if (extents[i] < 1) {
                throw new IllegalArgumentException(op.name() + ": a window of " + name(i, axes.size()) + " "
                        + axis.reach(sizes[i]) + " does not fit into " + x.extent(i + 2) + " + " + axis.before() + " + "
                        + axis.after());
            }
        }
        return extents;
    }

    /** {@code (N, channels, spatial...)}. */
    static Shape images(Shape x, long channels, long[] spatial) {
        long[] extents = new long[spatial.length + 2];
        extents[0] = x.extent(0);
        extents[1] = channels;
        System.arraycopy(spatial, 0, extents, 2, spatial.length);
        return Shape.of(extents);
    }

    /** What the field calls an axis. */
    static String name(int axis, int rank) {
        return NAMES.get(rank - 1).get(axis);
    }
}
