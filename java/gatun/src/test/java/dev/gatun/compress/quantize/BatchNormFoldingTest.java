package dev.gatun.compress.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.compress.Snapshot;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.nn.BatchNorm;
import dev.gatun.nn.ConvTranspose;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Layers;
import dev.gatun.op.BatchNormalization;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import dev.gatun.train.compress.Snapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folded networks compute what they did with their normalisations, by statistics that are not those of a beginning. */
@ExtendWith(NoLeaks.class)
class BatchNormFoldingTest {
    private static final int SIZE = 8;

    private static Snapshot drawn(Model model) {
        SplittableRandom random = new SplittableRandom(5);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Variable variable : Snapshot.variables(model)) {
            float[] value = new float[Math.toIntExact(variable.shape().elements())];
            boolean weight = variable.shape().rank() > 1;
            double bound = weight ? Math.sqrt(3.0 * variable.shape().extent(0) / value.length) : 1;
            for (int i = 0; i < value.length; i++) {
                value[i] = (float) (variable.name().endsWith("running_var") ? random.nextDouble(0.5, 2)
                        : random.nextDouble(-bound, bound));
            }
            values.put(variable.name(), value);
        }
        return new Snapshot(model, values);
    }

    private static Model of(Layer network) {
        return new Model("small", 3, SIZE, SIZE, 4, network);
    }

    private static float[] scores(Device device, Snapshot snapshot) {
        SplittableRandom random = new SplittableRandom(9);
        try (Network network = Snapshots.open(snapshot, device, NetworkOptions.defaults(), 2)) {
            return network.fill("images", () -> random.nextDouble(-1, 1)).forward().read("scores").clone();
        }
    }

    private static long normalizations(Snapshot snapshot) {
        return snapshot.graph(2).nodes().stream().map(Node::op).filter(BatchNormalization.class::isInstance).count();
    }

    /** Folds, and compares relative to the largest score. */
    private static Snapshot folded(Snapshot before) {
        Snapshot after = BatchNormFolding.fold(before);
        try (Device device = TestDevices.open("cpu")) {
            float[] expected = scores(device, before);
            float[] actual = scores(device, after);
            float largest = 0;
            for (float score : expected) {
                largest = Math.max(largest, Math.abs(score));
            }
            assertThat(largest).isPositive();
            assertThat(actual).hasSameSizeAs(expected);
            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(2e-5f * largest));
            }
        }
        return after;
    }

    @ParameterizedTest
    @ValueSource(strings = {"resnet18", "resnet20", "mobilenet_v2"})
    void aClassifierComputesTheSameWithoutItsNormalisations(String name) {
        Snapshot before = drawn(Models.create(name, 3, 32, 32, 4));
        assertThat(normalizations(before)).isPositive();

        Snapshot after = folded(before);

        assertThat(normalizations(after)).isZero();
        assertThat(after.values().keySet()).noneMatch(variable -> variable.contains("running"));
    }

    @Test
    void groupedTransposedAndLinearLayersTakeNormalisationsIn() {
        ConvTranspose transposed = Layers.convTranspose2d(6, 3).groups(2);
        Snapshot before = drawn(of(Layers.sequential()
                .then("conv", Layers.conv2d(6, 3).groups(3)).then("bn0", new BatchNorm().withoutAffine())
                .then("up", transposed.withoutBias()).then("bn1", new BatchNorm(1e-3, 0.1))
                .then("grow", transposed).then("bn2", new BatchNorm().cumulative())
                .then("flatten", Layers.flatten())
                .then("fc", Layers.linear(4)).then("bn3", new BatchNorm())));

        assertThat(normalizations(folded(before))).isZero();
    }

    @Test
    void whatFollowsSomethingElseOrIsReadTwiceStays() {
        Layer conv = Layers.conv2d(3, 3).padding(1);
        Layer twice = (graph, name, x) -> {
            Value convolved = conv.apply(graph, name, x);
            return Functions.add(graph, name + ".sum", convolved,
                    new BatchNorm().apply(graph, name + ".bn", convolved));
        };
        Snapshot before = drawn(of(Layers.sequential()
                .then("bn", new BatchNorm()).then("twice", twice).then("relu", Layers.relu())
                .then("after", new BatchNorm()).then("flatten", Layers.flatten()).then("fc", Layers.linear(4))));

        Snapshot after = folded(before);

        assertThat(normalizations(after)).isEqualTo(3);
        assertThat(List.copyOf(after.values().keySet())).isEqualTo(List.copyOf(before.values().keySet()));
    }
}
