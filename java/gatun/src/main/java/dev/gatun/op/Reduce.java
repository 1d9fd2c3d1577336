package dev.gatun.op;

import dev.gatun.op.function.Reduction;
import dev.gatun.options.WithMethods;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reduces a tensor along some dimensions.
 *
 * @param axes    dimensions, counted from 0, in ascending order
 * @param reduced whether reduced dimensions are kept
 */
@WithMethods
public record Reduce(Reduction reduction, List<Integer> axes, Axes reduced) implements Op, ReduceBuilder.With {
    /** Whether reduced dimensions are kept. */
    public enum Axes {
        /** They are kept with extent 1, so that the result broadcasts against the input. */
        KEPT,
        /** They are removed. */
        DROPPED
    }

    public Reduce {
        axes = List.copyOf(axes);
        for (int i = 0; i < axes.size(); i++) {
            if (axes.get(i) < (i == 0 ? 0 : axes.get(i - 1) + 1)) {
                throw new IllegalArgumentException("reduce_" + reduction.lowerCase()
                        + ": axes are counted from 0 and rise, got " + axes);
            }
        }
    }

    /** Returns a reduction that removes the given dimensions. */
    public static Reduce over(Reduction reduction, Integer... axes) {
        return new Reduce(reduction, List.of(axes), Axes.DROPPED);
    }

    /** Returns a reduction of all dimensions of a tensor of the given rank to a scalar. */
    public static Reduce all(Reduction reduction, int rank) {
        return new Reduce(reduction, IntStream.range(0, rank).boxed().toList(), Axes.DROPPED);
    }

    @Override
    public String name() {
        return "reduce_" + reduction.lowerCase();
    }

    /** Returns the shape of the result if the dimensions are kept, with extent 1. */
    public Shape keptShape(Shape input) {
        Shape kept = input;
        for (int axis : axes) {
            kept = kept.with(axis, 1);
        }
        return kept;
    }

    /** Returns the number of elements that are reduced to one. */
    public long count(Shape input) {
        long count = 1;
        for (int axis : axes) {
            count *= input.extent(axis);
        }
        return count;
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shapes.floating(this, inputs);
        Shape input = inputs.getFirst().shape();
        if (!axes.isEmpty() && axes.getLast() >= input.rank()) {
            throw new IllegalArgumentException(name() + ": axes " + axes + " of a tensor " + input);
        }
        return List.of(inputs.getFirst().withShape(switch (reduced) {
            case KEPT -> keptShape(input);
            case DROPPED -> droppedShape(input);
        }));
    }

    private Shape droppedShape(Shape input) {
        List<Long> extents = new ArrayList<>();
        for (int i = 0; i < input.rank(); i++) {
            if (!axes.contains(i)) {
                extents.add(input.extent(i));
            }
        }
        return Shape.of(extents.stream().mapToLong(Long::longValue).toArray());
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return inputs.getFirst().shape().elements();
    }
}
