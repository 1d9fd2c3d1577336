package dev.gatun.compress.distill;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;
import dev.gatun.nn.loss.CrossEntropy;

/**
 * Self-distillation (Zhang et al., 2019, "Be your own teacher"): inner layers get a classifier of their own, pooling
 * over the positions and a linear layer, which learns from the labels and from the distribution of the network's last
 * classifier, a constant to it. The inner classifiers serve training only: variables {@code <name>.exit.weight} and
 * {@code .bias}. Needs no teacher.
 *
 * @param temperature divisor of the scores, positive; 3 is usual
 * @param alpha       share of the last classifier's distribution, from 0 to 1; the labels have the rest
 */
public record DeeperExits(double temperature, double alpha) implements Method {
    public DeeperExits {
        Features.checkPositive("a temperature", temperature);
        if (!(alpha >= 0 && alpha <= 1)) {
            throw new IllegalArgumentException("the share of the last classifier must lie in [0, 1], got " + alpha);
        }
    }

    @Override
    public boolean needsTeacher() {
        return false;
    }

    /**
     * Adds the loss of one inner layer, a scalar.
     *
     * @param inner  {@code (N, C)} or {@code (N, C, height, width)}
     * @param scores of the last classifier, {@code (N, classes)}
     * @param labels {@code (N)} of i32
     */
    public Value apply(GraphBuilder graph, String name, Value inner, Value scores, Value labels) {
        Formula f = new Formula(graph, name);
        Layer exit = Layers.linear(scores.type().shape().extent(1));
        int rank = inner.type().shape().rank();
        if (rank != 2 && rank != 4) {
            throw new IllegalArgumentException(name + ": an exit reads vectors or images, not " + inner.type());
        }
        Value vectors = rank == 2 ? inner : f.over(2, 3).mean(inner);
        Value early = exit.apply(graph, name + ".exit", vectors);
        Value fromLabels = new CrossEntropy().apply(graph, name, early, labels);
        Value fromScores = new SoftLabels(temperature).apply(graph, name, early, scores);
        return f.add(f.times(1 - alpha, fromLabels), f.times(alpha, fromScores));
    }
}
