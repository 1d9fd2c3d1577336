package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.op.Concat;
import dev.gatun.op.Pool;
import dev.gatun.op.Slice;
import dev.gatun.op.Slide;
import dev.gatun.op.Window;
import dev.gatun.op.function.PoolKind;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Pooling of {@code (N, C, spatial...)} to given spatial extents: result {@code i} of {@code n} along an axis covers
 * the elements from {@code floor(i * extent / n)} to {@code ceil((i + 1) * extent / n) - 1}. Axes with windows of
 * different sizes are pooled one after the other, axes with equal windows and strides together.
 *
 * @param kind    maximum or mean
 * @param extents extents of the result: one for all spatial axes, or one for each
 */
public record AdaptivePool(PoolKind kind, List<Long> extents) implements Layer {
    public AdaptivePool {
        extents = List.copyOf(extents);
        if (extents.isEmpty() || extents.stream().anyMatch(extent -> extent < 1)) {
            throw new IllegalArgumentException("adaptive " + kind.opName() + ": extents of at least 1 wanted, got "
                    + extents);
        }
    }

    static AdaptivePool of(PoolKind kind, long... extents) {
        return new AdaptivePool(kind, LongStream.of(extents).boxed().toList());
    }

    /** Windows of one size and stride, one after another. */
    private record Run(long start, long size, long stride, long windows) {
        /** Returns the distance from the first element of the first window to the last of the last window. */
        long length() {
            return (windows - 1) * stride + size;
        }

        Window.Axis axis() {
            return new Window.Axis(size, Slide.PLAIN.withStride(stride));
        }
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Shape image = input.type().shape();
        int axes = image.rank() - 2;
        if (axes < 1 || (extents.size() != 1 && extents.size() != axes)) {
            throw new IllegalArgumentException(name + ": adaptive " + kind.opName() + " into " + extents
                    + " takes (N, C, spatial...) with as many spatial axes, got " + image);
        }
        List<List<Run>> runs = new ArrayList<>();
        for (int i = 0; i < axes; i++) {
            runs.add(runs(image.extent(i + 2), extents.get(extents.size() == 1 ? 0 : i)));
        }
        if (runs.stream().allMatch(axis -> axis.size() == 1)) {
            Window window = new Window(runs.stream().map(axis -> axis.getFirst().axis()).toList());
            return graph.apply(name, new Pool(kind, window), input);
        }
        Value value = input;
        for (int i = axes - 1; i >= 0; i--) { // the last axis first, so that the first of equal values wins
            value = along(graph, name + "." + i, i, axes, runs.get(i), value);
        }
        return value;
    }

    private static List<Run> runs(long extent, long results) {
        List<Run> runs = new ArrayList<>();
        for (long i = 0; i < results; i++) {
            long start = i * extent / results;
            long size = Math.ceilDiv((i + 1) * extent, results) - start;
            Run last = runs.isEmpty() ? null : runs.getLast();
            long step = last == null ? 0 : start - last.start - (last.windows - 1) * last.stride;
            if (last != null && last.size == size && step > 0 && (last.windows == 1 || last.stride == step)) {
                runs.set(runs.size() - 1, new Run(last.start, size, step, last.windows + 1));
            } else {
                runs.add(new Run(start, size, Math.max(1, size), 1));
            }
        }
        return runs;
    }

    private Value along(GraphBuilder graph, String name, int axis, int axes, List<Run> runs, Value value) {
        List<Value> parts = new ArrayList<>();
        for (Run run : runs) {
            String part = runs.size() == 1 ? name : name + "." + parts.size();
            List<Window.Axis> window = new ArrayList<>(Collections.nCopies(axes, new Window.Axis(1, Slide.PLAIN)));
            window.set(axis, run.axis());
            boolean whole = run.start == 0 && run.length() == value.type().shape().extent(axis + 2);
            Value slice = whole ? value
                    : graph.apply(part + ".slice", new Slice(axis + 2, run.start, run.length()), value);
            parts.add(graph.apply(part, new Pool(kind, new Window(window)), slice));
        }
        return parts.size() == 1 ? parts.getFirst()
                : graph.apply(name, new Concat(axis + 2), parts.toArray(Value[]::new));
    }
}
