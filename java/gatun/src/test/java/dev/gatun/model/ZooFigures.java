package dev.gatun.model;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.nn.TensorFunctions;
import dev.gatun.nn.loss.Losses;
import dev.gatun.nn.recurrent.RecurrentOptions;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;

/** One network as PyTorch has it: what {@code golden/models.py} writes, which says how the elements are made. */
final class ZooFigures {
    static final String LOSS = "loss";
    private static final String IMAGES = "images";
    private static final String TARGETS = "targets";
    private static final int NARROW = 4;

    final Map<String, String> variables = new LinkedHashMap<>();
    /** Of each parameter the norm of its gradient and its projection. */
    final Map<String, double[]> gradients = new LinkedHashMap<>();
    final long parameters;
    double rounding;
    double drift;
    /** Steps that the reference takes. */
    int steps;
    double[] losses = {};

    private final String name;
    private final int size;
    private final int classes;
    private final int batch;
    private final int seed;

    private ZooFigures(String[] words) {
        name = words[1];
        size = Integer.parseInt(words[2]);
        classes = Integer.parseInt(words[3]);
        batch = Integer.parseInt(words[4]);
        seed = Integer.parseInt(words[5]);
        parameters = Long.parseLong(words[6]);
    }

    static List<ZooFigures> all() {
        List<ZooFigures> models = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                ZooFigures.class.getResourceAsStream("models.txt")), StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                String[] words = line.split(" ");
                if (words[0].equals("model")) {
                    models.add(new ZooFigures(words));
                } else {
                    models.getLast().read(words);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return models;
    }

    private void read(String[] words) {
        switch (words[0]) {
            case "variable" -> variables.put(words[1], words[2]);
            case "rounding" -> rounding = Double.parseDouble(words[1]);
            case "drift" -> drift = Double.parseDouble(words[1]);
            case "gradient" -> gradients.put(words[1],
                    new double[] {Double.parseDouble(words[2]), Double.parseDouble(words[3])});
            case "losses" -> losses = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
            case "reference" -> steps = Integer.parseInt(words[1]);
            default -> throw new IllegalArgumentException("a line begins with " + words[0]);
        }
    }

    /** Adds inputs, network and loss to a graph. */
    void describe(GraphBuilder graph, DType dtype) {
        graph.output(LOSS, switch (name) {
            case "u_net" -> segment(graph, dtype, new UNet(classes));
            case "u_net_narrow" -> segment(graph, dtype, new UNet(classes, NARROW));
            case "style_transfer" -> draw(graph, dtype, new StyleTransfer());
            case "style_transfer_narrow" -> draw(graph, dtype, new StyleTransfer(3, NARROW));
            case "character_lstm" -> write(graph, dtype);
            default -> classify(graph, dtype);
        });
    }

    private Value images(GraphBuilder graph, String input, DType dtype) {
        return graph.input(input, new TensorType(dtype, Shape.of(batch, 3, size, size)));
    }

    private Value segment(GraphBuilder graph, DType dtype, Layer network) {
        Value scores = network.apply(graph, "", images(graph, IMAGES, dtype));
        return Losses.crossEntropy(graph, LOSS, scores, graph.input(TARGETS, TensorType.i32(batch, size, size)));
    }

    private Value draw(GraphBuilder graph, DType dtype, Layer network) {
        Value drawn = network.apply(graph, "", images(graph, IMAGES, dtype));
        return Losses.meanSquaredError(graph, LOSS, drawn, images(graph, TARGETS, dtype));
    }

    private Value write(GraphBuilder graph, DType dtype) {
        Value scores = new CharacterLstm(classes, 6, 9, RecurrentOptions.DEFAULTS.withLayers(2))
                .apply(graph, graph.input(IMAGES, TensorType.i32(batch, size)), dtype);
        Value next = graph.input(TARGETS, TensorType.i32(batch, size));
        return Losses.crossEntropy(graph, LOSS,
                TensorFunctions.reshape(graph, "rows", scores, (long) batch * size, classes),
                TensorFunctions.reshape(graph, "labels", next, (long) batch * size));
    }

    private Value classify(GraphBuilder graph, DType dtype) {
        Value logits = model().network().apply(graph, "", images(graph, IMAGES, dtype));
        return Losses.crossEntropy(graph, LOSS, logits, graph.input(TARGETS, TensorType.i32(batch)));
    }

    /** Without dropout, whose random numbers are not PyTorch's. */
    private Model model() {
        return name.equals("mobilenet_v2")
                ? new Model(name, 3, size, size, classes,
                        MobileNetV2.network(new Images(3, size, size, classes, size < Stem.STANDARD_SIZE), 0))
                : Models.create(name, 3, size, size, classes);
    }

    /** The elements of an input. */
    double[] input(Value value) {
        int elements = Math.toIntExact(value.type().shape().elements());
        if (value.type().dtype() != DType.I32) {
            return noise(value.name() + " " + seed, elements);
        }
        double[] counted = new double[elements];
        int factor = value.name().equals(IMAGES) ? 5 : 7;
        Arrays.setAll(counted, i -> i * factor % classes);
        return counted;
    }

    /** The elements with which a variable begins, exact in f32. */
    double[] start(String variable) {
        long[] extents = Arrays.stream(Objects.requireNonNull(variables.get(variable)).split("x"))
                .mapToLong(Long::parseLong).toArray();
        long elements = Arrays.stream(extents).reduce(1, (a, b) -> a * b);
        double[] values = noise(variable, elements);
        double scale = extents.length > 1 && variable.endsWith("weight") ? Math.sqrt(3.0 * extents[0] / elements)
                : 0.1;
        double shift = extents.length == 1 && variable.endsWith("weight") ? 1 : 0;
        if (variable.endsWith("running_mean")) {
            Arrays.fill(values, 0);
        } else if (variable.endsWith("running_var")) {
            Arrays.fill(values, 1);
        } else {
            Arrays.setAll(values, i -> (float) (values[i] * scale + shift));
        }
        return values;
    }

    /** The norm of a gradient and its projection. */
    static double[] measured(String variable, double[] gradient) {
        double[] direction = noise(variable + " direction", gradient.length);
        double squares = 0;
        double product = 0;
        double length = 0;
        for (int i = 0; i < gradient.length; i++) {
            squares += gradient[i] * gradient[i];
            product += gradient[i] * direction[i];
            length += direction[i] * direction[i];
        }
        return new double[] {Math.sqrt(squares), product / Math.sqrt(length)};
    }

    private static double[] noise(String name, long elements) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        long begin = crc.getValue();
        double[] values = new double[Math.toIntExact(elements)];
        for (int i = 0; i < values.length; i++) {
            long mixed = (i * 2654435761L + begin) & 0xFFFFFFFFL;
            mixed = ((mixed ^ (mixed >> 15)) * 2246822519L) & 0xFFFFFFFFL;
            mixed = ((mixed ^ (mixed >> 13)) * 3266489917L) & 0xFFFFFFFFL;
            mixed ^= mixed >> 16;
            values[i] = (mixed >> 8) / (double) (1 << 23) - 1;
        }
        return values;
    }

    @Override
    public String toString() {
        return name + " of " + size + "x" + size;
    }
}
