package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;

/**
 * Deep mutual learning (Zhang et al., 2018): a second network of the student's architecture, which begins with other
 * numbers, is trained in the same step, and each of the two learns from the distribution of the other besides the
 * labels. The second network serves training only. Needs no teacher.
 *
 * @param temperature divisor of the scores, positive; 1 in the paper
 */
public record MutualLearning(double temperature) implements Method {
    public MutualLearning {
        Features.checkPositive("a temperature", temperature);
    }

    @Override
    public boolean needsTeacher() {
        return false;
    }

    /**
     * Adds the sum of both divergences, each in the mean over the batch and with the other's scores as a constant.
     *
     * @param one   scores {@code (N, classes)}
     * @param other scores of the same type
     */
    public Value apply(GraphBuilder graph, String name, Value one, Value other) {
        SoftLabels divergence = new SoftLabels(temperature);
        return new Formula(graph, name).add(divergence.apply(graph, name, one, other),
                divergence.apply(graph, name, other, one));
    }
}
