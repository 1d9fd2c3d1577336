package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;

/**
 * The mean squared difference of features (FitNets; Romero et al., 2015). Where the student has other channels than the
 * teacher, a convolution of 1x1 or, on vectors, a linear layer adapts them: variables {@code <name>.adapter.weight} and
 * {@code .bias}, trained with the student and not part of it. Images of different sizes are compared at the smaller.
 */
public record Hint() implements Comparison {
    @Override
    public Value apply(GraphBuilder graph, String name, Value student, Value teacher) {
        Formula f = new Formula(graph, name);
        Features.Pair pair = Features.pooled(f, Features.pair(f, student, teacher, 2));
        long channels = pair.teacher().type().shape().extent(1);
        Value adapted = pair.student();
        if (adapted.type().shape().extent(1) != channels) {
            Layer adapter = switch (adapted.type().shape().rank()) {
                case 2 -> Layers.linear(channels);
                case 4 -> Layers.conv2d(channels, 1);
                default -> throw Features.misfit(f, pair, "are neither vectors nor images, which could be adapted");
            };
            adapted = adapter.apply(graph, name + ".adapter", adapted);
        }
        return Features.meanSquare(f, adapted, pair.teacher());
    }
}
