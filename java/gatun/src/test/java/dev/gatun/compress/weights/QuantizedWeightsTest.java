package dev.gatun.compress.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.compress.Snapshot;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.GraphNetwork;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Reduce;
import dev.gatun.op.Unary;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.compress.Snapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class QuantizedWeightsTest {
    private static QuantizedWeightsOptions options(String quantizer) {
        return QuantizedWeightsOptions.defaults().withQuantizer(WeightQuantizer.parse(quantizer));
    }

    private static List<String> layers(String model, QuantizedWeightsOptions options) {
        return QuantizedWeights.layers(Snapshot.network(Models.create(model, 1, 28, 28, 10), 2), options).stream()
                .map(Node::name).toList();
    }

    /** Weights up to 1 in size need the normalisations that LeNet has not. */
    @ParameterizedTest
    @CsvSource({"lenet, binary", "lenet, binary01", "resnet20, binary01", "lenet, ternary", "lenet, ttq", "lenet, pow2:bits=4", "lenet, dorefa:bits=1",
        "lenet, largest:share=0.2", "resnet20, dorefa:bits=2"})
    void aNetworkLearnsThroughItsQuantizer(String network, String quantizer) {
        boolean deep = network.equals("resnet20");
        TrainingOptions training = TrainingOptions.defaults().withEpochs(deep ? 4 : 8).withBatchSize(32);
        Model model = Snapshot.rewritten(Models.create(network, 1, 28, 28, 10),
                QuantizedWeights.pass(options(quantizer)));
        try (DataSplit data = DataSource.digits(DigitsOptions.defaults().withTrain(480).withTest(96));
                Device device = TestDevices.open("cpu");
                Trainer trainer = new Trainer(model, data, device, training)) {
            trainer.run();
            double accuracy = Objects.requireNonNull(trainer.lastEvaluation()).accuracy();
            assertThat(accuracy).isGreaterThan(0.5);
            assertThat(trainer.measurements().heapBytesPerStep()).isCloseTo(0, within(0.5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void inferenceComputesWithTheQuantizedWeights(String name) {
        Snapshot whole = random("resnet20");
        Map<String, float[]> signs = new LinkedHashMap<>(whole.values());
        List<Node> layers = QuantizedWeights.layers(whole.graph(2), options("dorefa:bits=1"));
        for (Node layer : layers) {
            float[] weight = whole.values(layer.inputs().get(1).name());
            double mean = 0;
            for (float w : weight) {
                mean += Math.abs(w) / weight.length;
            }
            float[] rounded = new float[weight.length];
            for (int i = 0; i < weight.length; i++) {
                rounded[i] = (float) (weight[i] >= 0 ? mean : -mean);
            }
            signs.put(layer.inputs().get(1).name(), rounded);
        }
        Snapshot quantized = QuantizedWeights.apply(whole, options("dorefa:bits=1"));
        assertThat(quantized.values()).isEqualTo(whole.values());
        try (Device device = TestDevices.open(name)) {
            float[] expected = scores(whole.with(signs), device);
            float[] found = scores(quantized, device);
            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within(1e-4f * Math.max(1, Math.abs(expected[i]))));
            }
            assertThat(scores(whole, device)).isNotEqualTo(found);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"f32", "bf16"})
    void aResidualNetworkTrainsAndComputesWithEachQuantizer(String precision) {
        NetworkOptions options = NetworkOptions.defaults().withPrecision(precision.equals("f32") ? PrecisionPolicy.F32
                : PrecisionPolicy.of(Precision.BF16));
        Snapshot whole = random("resnet20");
        try (Device device = TestDevices.openForAnyPrecision("cpu")) {
            for (String quantizer : List.of("binary", "binary01", "ternary", "ttq", "pow2", "dorefa:bits=1", "dorefa",
                    "largest")) {
                Snapshot quantized = QuantizedWeights.apply(whole, options(quantizer).withActivationBits(2));
                SplittableRandom random = new SplittableRandom(4);
                try (Network network = Network.training(device, options, "loss", graph -> {
                    Value scores = quantized.model().network().apply(graph, "",
                            graph.input("images", TensorType.f32(4, 3, 32, 32)));
                    graph.output("loss", graph.apply("mean", Reduce.all(Reduction.MEAN, 2),
                            graph.apply("square", new Unary(UnaryFunction.SQUARE), scores)));
                })) {
                    quantized.values().forEach(network.variables()::write);
                    network.fill("images", () -> random.nextDouble(-1, 1)).forward();
                    network.backward();
                    for (float g : network.readGradient("layer2.0.conv1.weight")) {
                        assertThat(Float.isFinite(g)).as("%s in %s", quantizer, precision).isTrue();
                    }
                    assertThat(network.readGradient("layer2.0.conv1.weight")).as(quantizer)
                            .isNotEqualTo(new float[32 * 16 * 9]);
                }
                for (float score : scores(quantized, device)) {
                    assertThat(score).as(quantizer).isFinite();
                }
            }
        }
    }

    @Test
    void theEndsAndIgnoredLayersStay() {
        QuantizedWeightsOptions options = options("binary");
        assertThat(layers("lenet", options)).containsExactly("conv2", "fc1", "fc2");
        assertThat(layers("lenet", options.withEnds(QuantizedWeightsOptions.Ends.QUANTIZED)))
                .containsExactly("conv1", "conv2", "fc1", "fc2", "fc3");
        assertThat(layers("lenet", options.withIgnored(List.of("fc*")))).containsExactly("conv2");
        assertThatThrownBy(() -> layers("lenet", options.withIgnored(List.of("conv3"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("did you mean \"conv");
        assertThatThrownBy(() -> layers("lenet", options.withIgnored(List.of("*"))))
                .isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith("no weight is left to quantize");
        Snapshot once = QuantizedWeights.apply(random("lenet"),
                options.withEnds(QuantizedWeightsOptions.Ends.QUANTIZED));
        assertThatThrownBy(() -> QuantizedWeights.apply(once, options)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the network is quantized already, at conv1");
    }

    @Test
    void activationsAreRoundedBehindEachReluWhereTheyAreToBe() {
        Snapshot whole = random("lenet");
        assertThat(rounded(QuantizedWeights.apply(whole, options("ternary")))).isZero();
        Snapshot quantized = QuantizedWeights.apply(whole, options("ternary").withActivationBits(2));
        assertThat(rounded(quantized)).isEqualTo(4);
        Graph graph = quantized.graph(2);
        Value last = Objects.requireNonNull(graph.producers().get(graph.output(GraphNetwork.OUTPUT)))
                .inputs().getFirst();
        try (Device device = TestDevices.open("cpu");
                Network network = Network.inference(device, builder -> builder.replay(
                        new Graph(graph.inputs(), graph.variables(), graph.nodes(), Map.of("last", last),
                                graph.gradients()), "",
                        Map.of("images", builder.input("images", TensorType.f32(2, 3, 32, 32))))
                        .forEach(builder::output))) {
            quantized.values().forEach(network.variables()::write);
            SplittableRandom random = new SplittableRandom(4);
            Set<Long> thirds = new TreeSet<>();
            for (float value : network.fill("images", () -> random.nextDouble(-1, 1)).forward().read("last")) {
                assertThat(3 * value).isCloseTo(Math.round(3 * value), within(1e-6f));
                thirds.add((long) Math.round(3 * value));
            }
            assertThat(thirds).hasSizeGreaterThan(1).allMatch(third -> third >= 0 && third <= 3);
        }
    }

    private static long rounded(Snapshot snapshot) {
        return snapshot.graph(2).nodes().stream().filter(node -> node.op() instanceof FakeQuantize).count();
    }

    @Test
    void trainedScalesBeginAsTheMeansOfWhatTheyStandFor() {
        Snapshot whole = random("lenet");
        Snapshot quantized = QuantizedWeights.apply(whole, options("ttq:threshold=0.5"));
        float[] weight = whole.values("fc2.weight");
        double limit = 0;
        for (float w : weight) {
            limit = Math.max(limit, 0.5 * Math.abs(w));
        }
        double sum = 0;
        int count = 0;
        for (float w : weight) {
            if (w < -limit) {
                sum -= w;
                count++;
            }
        }
        assertThat(quantized.values("fc2.weight.negative")[0]).isCloseTo((float) (sum / count), within(1e-6f));
        assertThat(quantized.values("fc2.weight.positive")[0]).isGreaterThan((float) limit);
    }

    private static Snapshot random(String name) {
        Model model = Models.create(name, 3, 32, 32, 10);
        SplittableRandom random = new SplittableRandom(11);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Variable variable : Snapshot.variables(model)) {
            float[] value = new float[Math.toIntExact(variable.shape().elements())];
            boolean weight = variable.shape().rank() >= 2;
            double size = weight ? Math.sqrt(6.0 * variable.shape().extent(0) / value.length) : 0;
            for (int i = 0; i < value.length; i++) {
                value[i] = (float) (weight ? random.nextDouble(-size, size) : random.nextDouble(0.1, 1.1));
            }
            values.put(variable.name(), value);
        }
        return new Snapshot(model, values);
    }

    private static float[] scores(Snapshot snapshot, Device device) {
        SplittableRandom random = new SplittableRandom(5);
        try (Network network = Snapshots.open(snapshot, device, NetworkOptions.defaults(), 2)) {
            return network.fill("images", () -> random.nextDouble(-1, 1)).forward().read("scores");
        }
    }
}
