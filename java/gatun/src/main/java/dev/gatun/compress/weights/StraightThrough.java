package dev.gatun.compress.weights;

import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Reduce;
import dev.gatun.op.StopGradient;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import java.util.stream.IntStream;

/**
 * What quantizers of weights share.
 *
 * @param f writes the operations
 */
record StraightThrough(Formula f) {
    /** 1 where {@code x >= 0}, -1 elsewhere. */
    Value sign(Value x) {
        return f.affine(2, f.atLeast(x, 0), -1);
    }

    Value abs(Value x) {
        return f.unary(UnaryFunction.ABS, x);
    }

    /** Within -1 and 1. */
    Value clamp(Value x) {
        return f.binary(BinaryFunction.MAXIMUM, f.binary(BinaryFunction.MINIMUM, x, f.number(x, 1)), f.number(x, -1));
    }

    /** The mean of each filter, which broadcasts against it. */
    Value meanOfFilters(Value x) {
        return f.apply(new Reduce(Reduction.MEAN, IntStream.range(1, x.type().shape().rank()).boxed().toList(),
                Reduce.Axes.KEPT), x);
    }

    /** Rounds to an integer from 0 to the given one. */
    Value round(Value x, int high) {
        return f.apply(new FakeQuantize(0, high, FakeQuantize.PER_TENSOR), x, f.number(x, 1));
    }

    Value stop(Value x) {
        return f.apply(new StopGradient(), x);
    }

    /** 0, with the gradient of a value: {@code x - x} is exact, where {@code q - x + x} would not be {@code q}. */
    Value onlyGradient(Value x) {
        return f.subtract(x, stop(x));
    }

    /** The elements of {@code q} with the gradient of {@code x}. */
    Value pass(Value q, Value x) {
        return f.add(stop(q), onlyGradient(x));
    }
}
