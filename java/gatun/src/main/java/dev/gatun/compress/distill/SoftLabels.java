package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.loss.KlDivergence;

/**
 * The divergence of the student's distribution over the classes from the teacher's, both softened by a temperature, in
 * the mean over the batch (Hinton et al., 2015): {@code T^2 KL(softmax(t / T) || softmax(s / T))}.
 *
 * @param temperature divisor of the scores, positive
 */
public record SoftLabels(double temperature) implements Comparison {
    public SoftLabels {
        Features.checkPositive("a temperature", temperature);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value student, Value teacher) {
        Features.checkScores(name, student, teacher);
        return new KlDivergence().withTemperature(temperature).apply(graph, name, student,
                Functions.stopGradient(graph, name, teacher));
    }
}
