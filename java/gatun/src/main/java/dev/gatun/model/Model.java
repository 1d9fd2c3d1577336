package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.nn.init.Initialization;
import dev.gatun.op.SoftmaxCrossEntropy;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.util.List;

/**
 * An image classifier: a network with its input size and classes. A pure description.
 *
 * @param name     name in configurations and messages
 * @param channels channels of the images
 * @param height   rows of the images
 * @param width    columns of the images
 * @param classes  number of classes
 * @param network  {@code (N, channels, height, width) -> (N, classes)}
 */
public record Model(String name, int channels, int height, int width, int classes, Layer network)
        implements Architecture {
    /** Name of the graph's input of images. */
    public static final String IMAGES = "images";
    /** Name of the graph's input of labels. */
    public static final String LABELS = "labels";
    /** Name of the graph's output of the mean loss. */
    public static final String LOSS = "loss";
    /** Name of the graph's output of the number of images classified correctly. */
    public static final String CORRECT = "correct";
    /** Name of the graph's output of the probability of each class for each image. */
    public static final String PROBABILITIES = "probabilities";

    public Model {
        if (channels < 1 || height < 1 || width < 1 || classes < 1) {
            throw new IllegalArgumentException("model " + name + ": images of " + channels + "x" + height + "x" + width
                    + " in " + classes + " classes");
        }
    }

    /** The same with weights that begin otherwise. */
    public Model with(Initialization initialization) {
        return new Model(name, channels, height, width, classes, initialization.of(network));
    }

    @Override
    public String input() {
        return "images of " + channels + "x" + height + "x" + width + " in " + classes + " classes";
    }

    @Override
    public void describe(GraphBuilder graph, int batchSize) {
        addTo(graph, batchSize);
    }

    /**
     * What other losses are computed from.
     *
     * @param scores before any softmax, {@code (batchSize, classes)}
     * @param labels {@code (batchSize)} of i32
     */
    public record ScoresAndLabels(Value scores, Value labels) {}

    /** Describes it as {@link #describe}; returns what other losses need. */
    public ScoresAndLabels addTo(GraphBuilder graph, int batchSize) {
        Value images = graph.input(IMAGES, TensorType.f32(batchSize, channels, height, width));
        Value labels = graph.input(LABELS, TensorType.i32(batchSize));
        Value logits = network.apply(graph, "", images);
        Shape wanted = Shape.of(batchSize, classes);
        if (!logits.type().shape().equals(wanted)) {
            throw new IllegalArgumentException(
                    "model " + name + ": the network must end in " + wanted + ", but ends in " + logits.type().shape());
        }
        Node loss = graph.node("loss", new SoftmaxCrossEntropy(), List.of(logits, labels));
        graph.output(LOSS, loss.outputs().get(0));
        graph.output(PROBABILITIES, loss.outputs().get(1));
        graph.output(CORRECT, loss.outputs().get(2));
        return new ScoresAndLabels(logits, labels);
    }
}
