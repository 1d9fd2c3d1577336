package dev.gatun.train.task;

import dev.gatun.graph.Graph;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;

/** Checks that a graph has the tensors that a metric reads. */
public final class MetricCheck {
    private MetricCheck() {}

    /** Throws {@link IllegalArgumentException} if the graph lacks a tensor of the metric. */
    public static void of(Task task, Metric metric, Graph graph) {
        String who = "task " + task.name() + ", metric " + metric.name() + ": ";
        switch (metric) {
            case Metric.Share share ->
                check(who, share.output(), graph.output(share.output()).type(), new TensorType(DType.I64, Shape.of()));
            case Metric.Mean mean -> check(who, mean.output(), graph.output(mean.output()).type(), TensorType.f32());
            case Metric.TopK top -> {
                TensorType scores = graph.output(top.scores()).type();
                if (scores.shape().rank() != 2 || scores.dtype() != DType.F32) {
                    throw new IllegalArgumentException(
                            who + "output " + top.scores() + " must be (N, classes) of f32, but is " + scores);
                }
                check(who, top.labels(), graph.input(top.labels()).type(), TensorType.i32(scores.shape().extent(0)));
            }
            case Metric.MeanError error -> check(who, error.target(), graph.input(error.target()).type(),
                    graph.output(error.prediction()).type());
        }
    }

    private static void check(String who, String name, TensorType found, TensorType wanted) {
        if (!found.equals(wanted)) {
            throw new IllegalArgumentException(who + name + " must be " + wanted + ", but is " + found);
        }
    }
}
