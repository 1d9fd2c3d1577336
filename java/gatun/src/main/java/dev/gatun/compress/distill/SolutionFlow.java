package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.MatMul;
import dev.gatun.op.Reshape;
import dev.gatun.shape.Shape;

/**
 * The mean squared difference of the flow between two layers (Yim et al., 2017): the matrix of the products of the
 * channels of the lower and the upper layer, averaged over the positions. Student and teacher have the same numbers of
 * channels there; where one of the two layers is the larger image, it is pooled to the size of the other.
 */
public record SolutionFlow() implements Method {
    /**
     * Two layers of a network.
     *
     * @param lower {@code (N, C1, spatial...)}
     * @param upper {@code (N, C2, spatial'...)}
     */
    public record Layers(Value lower, Value upper) {}

    /**
     * Adds the loss, a scalar. The teacher is a constant.
     *
     * @throws IllegalArgumentException when the numbers of channels differ, or the features are no images
     */
    public Value apply(GraphBuilder graph, String name, Layers student, Layers teacher) {
        Formula f = new Formula(graph, name);
        Features.Pair lower = Features.pair(f, student.lower, teacher.lower, 3);
        Features.Pair upper = Features.pair(f, student.upper, teacher.upper, 3);
        if (channels(lower.student()) != channels(lower.teacher())
                || channels(upper.student()) != channels(upper.teacher())) {
            throw Features.misfit(f, channels(lower.student()) == channels(lower.teacher()) ? upper : lower,
                    "must have the same number of channels for their flow to be compared");
        }
        return Features.meanSquare(f, flow(f, lower.student(), upper.student()),
                flow(f, lower.teacher(), upper.teacher()));
    }

    private static long channels(Value x) {
        return x.type().shape().extent(1);
    }

    private static Value flow(Formula f, Value lower, Value upper) {
        Features.Pair same = Features.pooled(f, new Features.Pair(lower, upper));
        Value a = positions(f, same.student());
        Value b = positions(f, same.teacher());
        return f.times(1.0 / a.type().shape().extent(2),
                f.apply(new MatMul(MatMul.Given.PLAIN, MatMul.Given.TRANSPOSED), a, b));
    }

    private static Value positions(Formula f, Value x) {
        Shape shape = x.type().shape();
        long images = shape.extent(0) * shape.extent(1);
        return f.apply(new Reshape(Shape.of(shape.extent(0), shape.extent(1), shape.elements() / images)), x);
    }
}
