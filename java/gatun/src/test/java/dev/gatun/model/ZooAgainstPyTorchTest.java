package dev.gatun.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.memory.NoLeaks;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.Shape;
import dev.gatun.train.Network;
import dev.gatun.update.rule.SgdHyperparameters;
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
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The models beside torchvision's and timm's: names, shapes, loss, gradients and a step of SGD. The figures are
 * PyTorch's in double precision; {@code src/test/golden/models.py} writes them, and says how the elements are made.
 */
@ExtendWith(NoLeaks.class)
class ZooAgainstPyTorchTest {
    /** One model as PyTorch has it. */
    static final class Figures {
        final String name;
        final int size;
        final int classes;
        final int batch;
        final int seed;
        final long parameters;
        final Map<String, String> variables = new LinkedHashMap<>();
        final Map<String, double[]> gradients = new LinkedHashMap<>();
        double rounding;
        double loss;
        double[] losses = {};

        Figures(String[] words) {
            name = words[1];
            size = Integer.parseInt(words[2]);
            classes = Integer.parseInt(words[3]);
            batch = Integer.parseInt(words[4]);
            seed = Integer.parseInt(words[5]);
            parameters = Long.parseLong(words[6]);
        }

        void read(String[] words) {
            switch (words[0]) {
                case "variable" -> variables.put(words[1], words[2]);
                case "rounding" -> rounding = Double.parseDouble(words[1]);
                case "loss" -> loss = Double.parseDouble(words[1]);
                case "gradient" -> gradients.put(words[1],
                        new double[] {Double.parseDouble(words[2]), Double.parseDouble(words[3])});
                case "losses" -> losses = Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
                default -> throw new IllegalArgumentException("a line begins with " + words[0]);
            }
        }

        /** Without dropout, whose random numbers are not PyTorch's. */
        Model model() {
            Model model = Models.create(name, 3, size, size, classes);
            return name.equals("mobilenet_v2")
                    ? new Model(name, 3, size, size, classes,
                            MobileNetV2.network(new Images(3, size, size, classes, size < Stem.STANDARD_SIZE), 0))
                    : model;
        }

        /** Whether it has ReLUs: where rounding moves what they read over their corner, gradients change at once. */
        boolean hasCorners() {
            return !name.equals("vit_tiny");
        }

        @Override
        public String toString() {
            return name + " of " + size + "x" + size;
        }
    }

    static List<Figures> models() {
        List<Figures> models = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(Objects.requireNonNull(
                ZooAgainstPyTorchTest.class.getResourceAsStream("models.txt")), StandardCharsets.UTF_8))) {
            for (String line : lines.lines().toList()) {
                String[] words = line.split(" ");
                if (words[0].equals("model")) {
                    models.add(new Figures(words));
                } else {
                    models.getLast().read(words);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return models;
    }

    static List<Figures> trained() {
        return models().stream().filter(model -> model.losses.length > 0).toList();
    }

    @ParameterizedTest
    @MethodSource("models")
    void variablesHaveTheNamesAndShapesOfItsCheckpoints(Figures figures) {
        Graph graph = figures.model().graph(1);
        Map<String, String> variables = new LinkedHashMap<>();
        graph.variables().forEach(value -> variables.put(value.name(), text(value.type().shape())));
        assertThat(variables).containsExactlyInAnyOrderEntriesOf(figures.variables);
        assertThat(graph.parameterElements()).isEqualTo(figures.parameters);
    }

    private static String text(Shape shape) {
        return Arrays.stream(shape.extents()).mapToObj(Long::toString).collect(Collectors.joining("x"));
    }

    @ParameterizedTest
    @MethodSource("trained")
    void lossGradientsAndTheLossAfterAStepArePyTorchs(Figures figures) {
        Model model = figures.model();
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(2));
                Network network = Network.training(device, Model.LOSS, graph -> model.describe(graph, figures.batch));
                Optimizer optimizer = network.optimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.01)
                        .withMomentum(0.9))) {
            start(figures, network.variables());
            float[] images = floats(noise("images " + figures.seed, figures.batch * 3L * figures.size * figures.size));
            int[] labels = new int[figures.batch];
            Arrays.setAll(labels, i -> i * 7 % figures.classes);
            network.set(Model.IMAGES, images).set(Model.LABELS, labels);
            double[] losses = new double[figures.losses.length];
            for (int step = 0; step < losses.length; step++) {
                network.forward();
                losses[step] = network.scalar(Model.LOSS);
                network.backward();
                if (step == 0) {
                    assertThat(losses[0]).isCloseTo(figures.loss, within(1e-4 * figures.loss));
                    compareGradients(figures, network.variables());
                }
                optimizer.step();
            }
            for (int step = 0; step < losses.length; step++) {
                assertThat(losses[step]).as("loss of step %d", step)
                        .isCloseTo(figures.losses[step],
                                within((figures.hasCorners() ? 0.02 : 1e-3) * figures.losses[0]));
            }
        }
    }

    private static void compareGradients(Figures figures, Variables variables) {
        double largest = figures.gradients.values().stream().mapToDouble(each -> each[0]).max().orElseThrow();
        figures.gradients.forEach((name, expected) -> {
            float[] gradient = variables.readGradient(name);
            double[] direction = noise(name + " direction", gradient.length);
            double squares = 0;
            double product = 0;
            double length = 0;
            for (int i = 0; i < gradient.length; i++) {
                squares += (double) gradient[i] * gradient[i];
                product += gradient[i] * direction[i];
                length += direction[i] * direction[i];
            }
            // Where rounding moves an activation over the corner of a ReLU, gradients in f32 differ, PyTorch's too; and
            // a bias before a normalisation has no gradient but what rounding leaves.
            double tolerance = Math.max(figures.hasCorners() ? 0.05 : 1e-4, 2 * figures.rounding) * expected[0]
                    + 1e-6 * largest;
            assertThat(Math.sqrt(squares)).as("norm of the gradient of %s", name).isCloseTo(expected[0],
                    within(tolerance));
            assertThat(product / Math.sqrt(length)).as("projection of the gradient of %s", name)
                    .isCloseTo(expected[1], within(tolerance));
        });
    }

    private static void start(Figures figures, Variables variables) {
        figures.variables.forEach((name, shape) -> {
            long[] extents = Arrays.stream(shape.split("x")).mapToLong(Long::parseLong).toArray();
            long elements = Arrays.stream(extents).reduce(1, (a, b) -> a * b);
            double[] values = noise(name, elements);
            double scale = extents.length > 1 && name.endsWith("weight") ? Math.sqrt(3.0 * extents[0] / elements)
                    : 0.1;
            double shift = extents.length == 1 && name.endsWith("weight") ? 1 : 0;
            if (name.endsWith("running_mean")) {
                Arrays.fill(values, 0);
            } else if (name.endsWith("running_var")) {
                Arrays.fill(values, 1);
            } else {
                Arrays.setAll(values, i -> values[i] * scale + shift);
            }
            variables.write(name, floats(values));
        });
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
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
}
