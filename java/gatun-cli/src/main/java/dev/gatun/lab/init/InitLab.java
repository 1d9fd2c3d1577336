package dev.gatun.lab.init;

import dev.gatun.backend.Device;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.Normalization;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Initializer;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.lab.init.Propagation.LayerNorms;
import dev.gatun.nn.Bias;
import dev.gatun.nn.Dense;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Initializers.Fan;
import dev.gatun.nn.loss.Losses;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import java.util.ArrayList;
import java.util.List;

/** Measures the norms of activations and gradients in every layer of networks that were not trained yet. */
public final class InitLab {
    private static final String IMAGES = "images";
    private static final String LABELS = "labels";
    private static final String LOSS = "loss";
    private static final int NORMALIZATION_SAMPLE = 2_000;

    private final Device device;
    private final InitOptions options;
    private final float[] images;
    private final int[] labels;
    private final int classes;

    /** Takes the first images of a data set, or all where it has fewer, normalized by its mean and deviation. */
    public InitLab(Device device, InitOptions options, ImageDataset data) {
        this.device = device;
        this.options = options;
        this.classes = data.classes();
        int count = Math.min(options.examples(), data.size());
        float[] table = Normalization.measure(data, NORMALIZATION_SAMPLE).table();
        byte[] pixels = new byte[data.imageBytes()];
        images = new float[count * pixels.length];
        labels = new int[count];
        for (int i = 0; i < count; i++) {
            data.read(i, pixels);
            labels[i] = data.label(i);
            for (int p = 0; p < pixels.length; p++) {
                images[i * pixels.length + p] = table[p % data.channels() * 256 + (pixels[p] & 0xFF)];
            }
        }
    }

    /** One result for each variance. */
    public List<Propagation> run() {
        return options.variances().stream().map(this::measure).toList();
    }

    private Propagation measure(double variance) {
        double[][] logarithms = new double[options.depth()][3];
        try (Network network = Network.training(device, LOSS, graph -> describe(graph, variance))) {
            network.set(IMAGES, images).set(LABELS, labels);
            for (int seed = 1; seed <= options.seeds(); seed++) {
                network.initialize(seed).forward().backward();
                for (int layer = 0; layer < options.depth(); layer++) {
                    double examples = Math.sqrt(labels.length);
                    add(logarithms[layer], 0, norm(network.read(name(layer))) / examples);
                    // the loss is a mean over images
                    add(logarithms[layer], 1, norm(network.readGradient(probe(layer))) * examples);
                    add(logarithms[layer], 2, norm(network.readGradient(name(layer) + ".weight")));
                }
            }
        }
        List<LayerNorms> norms = new ArrayList<>();
        for (double[] sums : logarithms) {
            norms.add(new LayerNorms(Math.exp(sums[0] / options.seeds()), Math.exp(sums[1] / options.seeds()),
                    Math.exp(sums[2] / options.seeds())));
        }
        return new Propagation(variance, norms);
    }

    private static void add(double[] logarithms, int which, double norm) {
        logarithms[which] += Math.log(norm);
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    /** Zeros are added to each activation: the gradient by those is that by the activation. */
    private void describe(GraphBuilder graph, double variance) {
        Initializer start = Initializers.kaimingNormal(Fan.IN, Math.sqrt(variance));
        Value value = graph.input(IMAGES, TensorType.f32(labels.length, images.length / labels.length));
        for (int layer = 0; layer < options.depth(); layer++) {
            Value sum = new Dense(options.width(), Bias.WITHOUT, start).apply(graph, name(layer), value);
            Value activation = Functions.relu(graph, name(layer) + ".relu", sum);
            graph.output(name(layer), activation);
            Value zeros = graph.variable(new Variable(probe(layer), Shape.of(labels.length, options.width()),
                    Variable.Kind.BIAS, Initializers.constant(0)), activation.type().dtype());
            value = Functions.add(graph, name(layer) + ".probed", activation, zeros);
        }
        Value scores = new Dense(classes, Bias.WITHOUT, start).apply(graph, "head", value);
        graph.output(LOSS, Losses.crossEntropy(graph, LOSS, scores, graph.input(LABELS,
                TensorType.i32(labels.length))));
    }

    private static String name(int layer) {
        return "layer" + (layer + 1);
    }

    private static String probe(int layer) {
        return name(layer) + ".probe";
    }
}
