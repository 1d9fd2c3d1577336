package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.loss.MeanSquaredError;

/** The mean squared difference of the scores before any softmax (Ba and Caruana, 2014). */
public record ScoreDistance() implements Comparison {
    @Override
    public Value apply(GraphBuilder graph, String name, Value student, Value teacher) {
        Features.checkScores(name, student, teacher);
        return new MeanSquaredError().apply(graph, name, student, Functions.stopGradient(graph, name, teacher));
    }
}
