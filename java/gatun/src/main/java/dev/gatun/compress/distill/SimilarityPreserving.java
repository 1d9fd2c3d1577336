package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.MatMul;

/**
 * The mean squared difference of the similarities of the examples of a batch (Tung and Mori, 2019): the inner products
 * of their features, each row divided by its Euclidean length. Features of any widths.
 */
public record SimilarityPreserving() implements Comparison {
    @Override
    public Value apply(GraphBuilder graph, String name, Value student, Value teacher) {
        Formula f = new Formula(graph, name);
        Features.Pair pair = Features.pair(f, student, teacher, 2);
        return Features.meanSquare(f, similarities(f, pair.student()), similarities(f, pair.teacher()));
    }

    private static Value similarities(Formula f, Value x) {
        Value rows = Features.rows(f, x);
        return Features.unit(f, f.apply(new MatMul(MatMul.Given.PLAIN, MatMul.Given.TRANSPOSED), rows, rows), 1);
    }
}
