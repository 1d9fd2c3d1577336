package dev.gatun.reference;

import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.ScaledDotProductAttention;
import dev.gatun.op.ScaledDotProductAttention.Masking;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import java.util.ArrayList;
import java.util.List;

/** Cases of attention: with masks of all kinds, learned ones among them, with dropout, over more than one block. */
final class AttentionCases {
    private AttentionCases() {}

    private record Extents(long queries, long keys, long width, long outputs, List<Long> batch) {
        Extents(long queries, long keys, long width, long outputs, Long... batch) {
            this(queries, keys, width, outputs, List.of(batch));
        }

        Shape shape(long rows, long columns) {
            List<Long> all = new ArrayList<>(batch);
            all.addAll(List.of(rows, columns));
            return Shape.of(all.stream().mapToLong(Long::longValue).toArray());
        }
    }

    static List<OpCase> all() {
        Extents small = new Extents(3, 5, 4, 2, 2L, 2L);
        List<OpCase> cases = new ArrayList<>();
        cases.add(of("without a mask", Masking.NONE, 0, small));
        cases.add(of("of one pair of matrices", Masking.NONE, 0, new Extents(4, 3, 17, 18)));
        cases.add(of("of two keys", Masking.NONE, 0, new Extents(1, 2, 1, 1, 1L)));
        cases.add(of("that is causal", Masking.CAUSAL, 0, new Extents(6, 6, 3, 3, 2L)));
        cases.add(of("that is causal, of more queries", Masking.CAUSAL, 0, new Extents(7, 4, 3, 3, 2L)));
        cases.add(of("with a mask of everything", Masking.ADDED, 0, small, 2, 2, 3, 5));
        cases.add(of("with a mask of each head", Masking.ADDED, 0, small, 2, 1, 1));
        cases.add(of("with a mask of the keys of each example", Masking.ADDED, 0, small, 2, 1, 1, 5));
        cases.add(of("with a mask of the queries", Masking.ADDED, 0, small, 3, 1));
        cases.add(of("over blocks of keys", Masking.CAUSAL, 0, new Extents(2, 131, 2, 3, 3L)));
        cases.add(of("over blocks of queries", Masking.NONE, 0, new Extents(67, 5, 2, 3, 1L)));
        cases.add(of("with dropout", Masking.NONE, 0.4, small));
        cases.add(of("with dropout and a mask", Masking.ADDED, 0.25, small, 3, 5));
        cases.add(of("with dropout, causal, over blocks of keys", Masking.CAUSAL, 0.5, new Extents(3, 133, 2, 3, 2L)));
        return cases;
    }

    private static OpCase of(String name, Masking masking, double rate, Extents e, long... mask) {
        return new OpCase("attention " + name, b -> {
            long rows = e.shape(1, 1).elements() * e.queries;
            Value query = b.graph.apply("query", new Reshape(e.shape(e.queries, e.width)), b.stem(rows, e.width));
            List<Value> arguments = new ArrayList<>(List.of(query,
                    b.variable("key", Variable.Kind.BIAS, e.shape(e.keys, e.width).extents()),
                    b.variable("value", Variable.Kind.BIAS, e.shape(e.keys, e.outputs).extents())));
            if (masking == Masking.ADDED) {
                arguments.add(b.variable("mask", Variable.Kind.BIAS, mask));
            }
            Value y = b.graph.apply("y", new ScaledDotProductAttention(0.7, masking, rate, 5),
                    arguments.toArray(Value[]::new));
            Value weights = b.variable("weights", Variable.Kind.BIAS, y.type().shape().extents());
            Value squares = b.unary("squares", UnaryFunction.SQUARE, b.add("weighted", y, weights));
            return b.scalar(b.graph.apply("loss", Reduce.all(Reduction.MEAN, y.type().shape().rank()), squares));
        });
    }
}
