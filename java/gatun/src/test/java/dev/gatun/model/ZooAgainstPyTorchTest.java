package dev.gatun.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Differentiation;
import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.memory.NoLeaks;
import dev.gatun.optim.Optimizer;
import dev.gatun.reference.GraphRunner;
import dev.gatun.shape.DType;
import dev.gatun.shape.Shape;
import dev.gatun.train.Network;
import dev.gatun.update.rule.SgdHyperparameters;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The networks beside PyTorch's, torchvision's and timm's: names, shapes, loss, gradients and steps of SGD, in double
 * on the reference and in f32 on the CPU. The figures are PyTorch's in double precision.
 */
@ExtendWith(NoLeaks.class)
class ZooAgainstPyTorchTest {
    private static final double MOMENTUM = 0.9;
    private static final long MOST_PARAMETERS = 12_000_000;

    /** Bounds relative to a gradient's norm, and to the first loss. */
    private static final double DOUBLE = 1e-8;
    private static final double F32 = 1e-4;
    private static final double STEPS = 1e-3;

    static List<ZooFigures.Count> counts() {
        return ZooFigures.counts();
    }

    static List<ZooFigures> models() {
        return ZooFigures.all();
    }

    static List<ZooFigures> trained() {
        return models().stream().filter(model -> model.losses.length > 0).toList();
    }

    /** Networks of more parameters take half a minute each on the reference: {@code ci/nightly} has the time. */
    static List<ZooFigures> trainedInDouble() {
        boolean all = Boolean.getBoolean("gatun.nightly");
        return trained().stream().filter(model -> all || model.parameters <= MOST_PARAMETERS).toList();
    }

    private static Graph graph(ZooFigures figures, DType dtype) {
        GraphBuilder graph = new GraphBuilder();
        figures.describe(graph, dtype);
        return graph.build();
    }

    @Test
    void everyNetworkIsCounted() {
        assertThat(counts()).extracting(ZooFigures.Count::name)
                .containsExactlyInAnyOrderElementsOf(Zoo.names());
    }

    @ParameterizedTest
    @MethodSource("counts")
    void networksHaveAsManyParametersAsPyTorchs(ZooFigures.Count count) {
        assertThat(ModelSize.of(count.network()).parameters()).isEqualTo(count.parameters());
    }

    @ParameterizedTest
    @MethodSource("models")
    void variablesHaveTheNamesAndShapesOfItsCheckpoints(ZooFigures figures) {
        Graph graph = graph(figures, DType.F32);
        Map<String, String> variables = new LinkedHashMap<>();
        graph.variables().forEach(value -> variables.put(value.name(), text(value.type().shape())));
        assertThat(variables).containsExactlyInAnyOrderEntriesOf(figures.variables);
        assertThat(graph.parameterElements()).isEqualTo(figures.parameters);
    }

    private static String text(Shape shape) {
        return Arrays.stream(shape.extents()).mapToObj(Long::toString).collect(Collectors.joining("x"));
    }

    /** No rounding stands between the two. */
    @ParameterizedTest
    @MethodSource("trainedInDouble")
    void inDoubleLossesAndGradientsArePyTorchs(ZooFigures figures) {
        Graph graph = Differentiation.differentiate(graph(figures, DType.F64), ZooFigures.LOSS);
        Map<Value, double[]> parameters = new LinkedHashMap<>();
        Map<Value, double[]> momenta = new LinkedHashMap<>();
        try (Device device = Backends.open("reference", DeviceOptions.defaults());
                GraphRunner runner = new GraphRunner(graph, device)) {
            graph.inputs().forEach(value -> runner.set(value.name(), figures.input(value)));
            graph.variables().forEach(value -> {
                double[] start = figures.start(value.name());
                runner.set(value.name(), start);
                if (value.isParameter() && figures.steps > 0) {
                    parameters.put(value, start);
                    momenta.put(value, new double[start.length]);
                }
            });
            double[] losses = new double[figures.steps + 1];
            for (int step = 0; step < losses.length; step++) {
                runner.run();
                losses[step] = runner.get(graph.output(ZooFigures.LOSS))[0];
                if (step == 0) {
                    Map<String, double[]> measured = new LinkedHashMap<>();
                    graph.gradients().forEach((value, gradient) -> measured.put(
                            value.name(), ZooFigures.measured(value.name(), runner.get(gradient))));
                    compare(figures, measured, DOUBLE);
                }
                parameters.forEach((value, elements) -> {
                    descend(figures.rate, elements, Objects.requireNonNull(momenta.get(value)),
                            runner.get(Objects.requireNonNull(graph.gradients().get(value))));
                    runner.set(value.name(), elements);
                });
            }
            assertThat(losses).containsExactly(Arrays.copyOf(figures.losses, losses.length),
                    within(DOUBLE * figures.losses[0]));
        }
    }

    private static void descend(double rate, double[] elements, double[] momentum, double[] gradient) {
        for (int i = 0; i < elements.length; i++) {
            momentum[i] = MOMENTUM * momentum[i] + gradient[i];
            elements[i] -= rate * momentum[i];
        }
    }

    @ParameterizedTest
    @MethodSource("trained")
    void inF32LossesAndGradientsAreNearToPyTorchs(ZooFigures figures) {
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(2));
                Network network = Network.training(device, ZooFigures.LOSS,
                        graph -> figures.describe(graph, DType.F32));
                Optimizer optimizer = network.optimizer(SgdHyperparameters.DEFAULTS.withLearningRate(figures.rate)
                        .withMomentum(MOMENTUM))) {
            figures.variables.keySet().forEach(name -> network.variables().write(name, floats(figures.start(name))));
            graph(figures, DType.F32).inputs().forEach(value -> set(network, value, figures.input(value)));
            double[] losses = new double[figures.losses.length];
            for (int step = 0; step < losses.length; step++) {
                network.forward();
                losses[step] = network.scalar(ZooFigures.LOSS);
                network.backward();
                if (step == 0) {
                    Map<String, double[]> measured = new LinkedHashMap<>();
                    figures.gradients.keySet().forEach(name -> measured.put(name,
                            ZooFigures.measured(name, doubles(network.variables().readGradient(name)))));
                    compare(figures, measured, F32);
                }
                optimizer.step();
            }
            assertThat(losses[0]).isCloseTo(figures.losses[0], within(F32 * figures.losses[0]));
            assertThat(losses).containsExactly(figures.losses, within(STEPS * figures.losses[0]));
        }
    }

    private static void set(Network network, Value value, double[] elements) {
        if (value.type().dtype() == DType.I32) {
            network.set(value.name(), Arrays.stream(elements).mapToInt(element -> (int) element).toArray());
        } else {
            network.set(value.name(), floats(elements));
        }
    }

    /** A bias before a normalisation has no gradient but what rounding leaves. */
    private static void compare(ZooFigures figures, Map<String, double[]> measured, double tolerance) {
        assertThat(measured.keySet()).isEqualTo(figures.gradients.keySet());
        double largest = figures.gradients.values().stream().mapToDouble(each -> each[0]).max().orElseThrow();
        measured.forEach((name, found) -> {
            double[] expected = Objects.requireNonNull(figures.gradients.get(name));
            assertThat(found).as("norm and projection of the gradient of %s", name)
                    .containsExactly(expected, within(tolerance * expected[0] + Math.min(1e-6, tolerance) * largest));
        });
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }
}
