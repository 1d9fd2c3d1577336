package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.nn.loss.Losses;
import dev.gatun.shape.TensorType;

/**
 * A network that makes an image of an image, and its mean squared error. Inputs are {@link Model#IMAGES} and
 * {@link #TARGETS}, of the same shape; the outputs are {@link #RESULTS} and {@link Model#LOSS}.
 *
 * @param name     name in configurations and messages
 * @param channels channels of the images
 * @param height   rows of the images
 * @param width    columns of the images
 * @param network  {@code (N, channels, height, width) -> (N, channels, height, width)}
 */
public record ImageToImageModel(String name, int channels, int height, int width, Layer network)
        implements Architecture {
    /** Name of the graph's input of the images that are wanted. */
    public static final String TARGETS = "targets";
    /** Name of the graph's output of images. */
    public static final String RESULTS = "results";

    @Override
    public String input() {
        return "images of " + channels + "x" + height + "x" + width;
    }

    @Override
    public void describe(GraphBuilder graph, int batchSize) {
        TensorType type = TensorType.f32(batchSize, channels, height, width);
        Value results = network.apply(graph, "", graph.input(Model.IMAGES, type));
        graph.output(RESULTS, results);
        graph.output(Model.LOSS,
                Losses.meanSquaredError(graph, Model.LOSS, results, graph.input(TARGETS, type)));
    }
}
