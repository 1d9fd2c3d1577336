package dev.gatun.op;

import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Permutes the dimensions: dimension {@code i} of the result is dimension {@code permutation[i]} of the input. */
public record Transpose(List<Integer> permutation) implements Op {
    public Transpose {
        permutation = List.copyOf(permutation);
        if (!permutation.stream().sorted().toList()
                .equals(IntStream.range(0, permutation.size()).boxed().toList())) {
            throw new IllegalArgumentException("transpose: every dimension from 0 on is wanted once, got "
                    + permutation);
        }
    }

    /** Returns the exchange of two dimensions of a tensor of the given rank; negative ones count from the last. */
    public static Transpose swap(int rank, int a, int b) {
        List<Integer> permutation = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        Collections.swap(permutation, a < 0 ? a + rank : a, b < 0 ? b + rank : b);
        return new Transpose(permutation);
    }

    /** Returns the inverse permutation. */
    public Transpose inverse() {
        return new Transpose(IntStream.range(0, permutation.size()).map(permutation::indexOf).boxed().toList());
    }

    @Override
    public String name() {
        return "transpose";
    }

    @Override
    public List<TensorType> infer(List<TensorType> inputs) {
        Shapes.arity(this, inputs, 1, 1);
        Shape shape = inputs.getFirst().shape();
        if (shape.rank() != permutation.size()) {
            throw new IllegalArgumentException("transpose: a permutation of " + shape.rank() + " dimensions wanted for "
                    + shape + ", got " + permutation);
        }
        return List.of(inputs.getFirst()
                .withShape(Shape.of(permutation.stream().mapToLong(shape::extent).toArray())));
    }

    @Override
    public long flops(List<TensorType> inputs) {
        return 0;
    }
}
