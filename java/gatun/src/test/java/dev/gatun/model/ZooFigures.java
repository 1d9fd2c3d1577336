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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** One network as PyTorch has it: what {@code golden/models.py} writes, which says how the elements are made. */
final class ZooFigures {
    static final String LOSS = "loss";
    private static final String IMAGES = "images";
    private static final String TARGETS = "targets";
    private static final int NARROW = 4;

    final Map<String, String> variables = new LinkedHashMap<>();
    /** Of some variables how much smaller they begin. */
    private final Map<String, Double> factors = new LinkedHashMap<>();
    /** Of each parameter the norm of its gradient and its projection. */
    final Map<String, double[]> gradients = new LinkedHashMap<>();
    final long parameters;
    /** Steps that the reference takes. */
    int steps;
    double rate;
    double[] losses = {};

    private final String name;
    private final Stem stem;
    private final int channels;
    private final int size;
    private final int classes;
    private final int batch;
    private final int seed;

    private ZooFigures(String[] words) {
        name = words[1];
        stem = Stem.valueOf(words[2].toUpperCase(Locale.ROOT));
        channels = Integer.parseInt(words[3]);
        size = Integer.parseInt(words[4]);
        classes = Integer.parseInt(words[5]);
        batch = Math.max(2, Integer.parseInt(words[6]));
        seed = Integer.parseInt(words[7]);
        parameters = Long.parseLong(words[8]);
    }

    /** How many parameters a network of published sizes has. */
    record Count(String name, int channels, int size, int classes, long parameters) {
        private static Count of(String[] words) {
            return new Count(words[1], Integer.parseInt(words[2]), Integer.parseInt(words[3]),
                    Integer.parseInt(words[4]), Long.parseLong(words[5]));
        }

        Architecture network() {
            return switch (Zoo.named(name)) {
                case ZooEntry.Classification entry -> entry.create(channels, size, size, classes, Stem.AUTO);
                case ZooEntry.Segmentation entry -> entry.create(channels, size, size, classes);
                case ZooEntry.ImageToImage entry -> entry.create(channels, size, size);
                case ZooEntry.Language entry -> entry.create(size, classes);
            };
        }
    }

    static List<Count> counts() {
        return lines().map(line -> line.split(" ")).filter(words -> words[0].equals("count")).map(Count::of).toList();
    }

    static List<ZooFigures> all() {
        List<ZooFigures> models = new ArrayList<>();
        lines().map(line -> line.split(" ")).filter(words -> !words[0].equals("count")).forEach(words -> {
            if (words[0].equals("model")) {
                models.add(new ZooFigures(words));
            } else {
                models.getLast().read(words);
            }
        });
        return models;
    }

    private static Stream<String> lines() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                ZooFigures.class.getResourceAsStream("models.txt")), StandardCharsets.UTF_8))) {
            return lines.lines().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(String[] words) {
        switch (words[0]) {
            case "variable" -> {
                variables.put(words[1], words[2]);
                factors.put(words[1], words.length > 3 ? Double.parseDouble(words[3]) : 1);
            }
            case "rounding", "drift" -> { } // what PyTorch itself is off in f32, for people
            case "gradient" -> gradients.put(words[1],
                    new double[] {Double.parseDouble(words[2]), Double.parseDouble(words[3])});
            case "rate" -> rate = Double.parseDouble(words[1]);
            case "losses" -> losses = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
            case "reference" -> steps = Integer.parseInt(words[1]);
            default -> throw new IllegalArgumentException("a line begins with " + words[0]);
        }
    }

    /** Adds inputs, network and loss to a graph. */
    void describe(GraphBuilder graph, DType dtype) {
        graph.output(LOSS, switch (name) {
            case "unet" -> segment(graph, dtype, new UNet(classes));
            case "unet_narrow" -> segment(graph, dtype, new UNet(classes, NARROW));
            case "style_transfer" -> draw(graph, dtype, new StyleTransfer());
            case "style_transfer_narrow" -> draw(graph, dtype, new StyleTransfer(3, NARROW));
            case "char_lstm_narrow" -> write(graph, dtype);
            default -> classify(graph, dtype);
        });
    }

    private Value images(GraphBuilder graph, String input, DType dtype) {
        return graph.input(input, new TensorType(dtype, Shape.of(batch, channels, size, size)));
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
                ? new Model(name, channels, size, size, classes, MobileNetV2.network(
                        new Images(channels, size, size, classes, stem.decide(size, size) == Stem.SMALL), 0))
                : Models.create(name, channels, size, size, classes, stem);
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
        double factor = Objects.requireNonNull(factors.get(variable));
        if (variable.endsWith("running_mean")) {
            Arrays.fill(values, 0);
        } else if (variable.endsWith("running_var")) {
            Arrays.fill(values, 1);
        } else {
            Arrays.setAll(values, i -> (float) ((float) (values[i] * scale + shift) * factor));
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
        return name + " " + size + ", " + stem;
    }
}
