package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.MatMul;

/**
 * The Huber loss of the cosines of the angles that any three examples of a batch form (Park et al., 2019, 3.2.2), in
 * the mean over all triples of the batch. Widths may differ. It takes {@code N^2} times the memory of the features of
 * an example, and {@code N^3} numbers: choose an embedding rather than a large image.
 */
public record RelationalAngle() implements Comparison {
    @Override
    public Value apply(GraphBuilder graph, String name, Value student, Value teacher) {
        Formula f = new Formula(graph, name);
        Features.Pair pair = Features.pair(f, student, teacher, 2);
        return Features.huber(f, cosines(f, pair.student()), cosines(f, pair.teacher()));
    }

    private static Value cosines(Formula f, Value x) {
        Value directions = Features.unit(f, Features.differences(f, x), 2);
        return f.apply(new MatMul(MatMul.Given.PLAIN, MatMul.Given.TRANSPOSED), directions, directions);
    }
}
