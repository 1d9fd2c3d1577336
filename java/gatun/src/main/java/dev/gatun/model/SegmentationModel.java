package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.nn.loss.Losses;
import dev.gatun.shape.TensorType;

/**
 * A network that classifies each pixel, and its mean cross-entropy. Inputs are {@link Model#IMAGES} and
 * {@link Model#LABELS}, i32 {@code (N, height, width)}; the outputs are {@link #SCORES} and {@link Model#LOSS}.
 *
 * @param name     name in configurations and messages
 * @param channels channels of the images
 * @param height   rows of the images
 * @param width    columns of the images
 * @param classes  number of classes
 * @param network  {@code (N, channels, height, width) -> (N, classes, height, width)}
 */
public record SegmentationModel(String name, int channels, int height, int width, int classes, Layer network)
        implements Architecture {
    /** Name of the graph's output of a score for each class at each pixel. */
    public static final String SCORES = "scores";

    @Override
    public String input() {
        return "images of " + channels + "x" + height + "x" + width + ", each pixel in " + classes + " classes";
    }

    @Override
    public void describe(GraphBuilder graph, int batchSize) {
        Value images = graph.input(Model.IMAGES, TensorType.f32(batchSize, channels, height, width));
        Value scores = network.apply(graph, "", images);
        graph.output(SCORES, scores);
        graph.output(Model.LOSS, Losses.crossEntropy(graph, Model.LOSS, scores,
                graph.input(Model.LABELS, TensorType.i32(batchSize, height, width))));
    }
}
