package dev.gatun.compress.lowrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.compress.NetworkCost;
import dev.gatun.compress.Snapshot;
import dev.gatun.graph.Variable;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
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

@ExtendWith(NoLeaks.class)
class LowRankTest {
    private static final int RANK = 3;

    /** Every weight is a product of rank 3, so that three tenths of a rank lose nothing. */
    private static Snapshot ofLowRank(Model model) {
        SplittableRandom random = new SplittableRandom(5);
        Map<String, float[]> values = new LinkedHashMap<>();
        for (Variable variable : Snapshot.variables(model)) {
            int elements = Math.toIntExact(variable.shape().elements());
            float[] value = new float[elements];
            if (variable.shape().rank() < 2) {
                for (int i = 0; i < elements; i++) {
                    value[i] = (float) random.nextDouble(0.5, 1.5);
                }
            } else {
                int rows = Math.toIntExact(variable.shape().extent(0));
                int columns = elements / rows;
                for (int r = 0; r < RANK; r++) {
                    double[] left = random.doubles(rows, -1, 1).toArray();
                    double[] right = random.doubles(columns, -1, 1).toArray();
                    for (int i = 0; i < elements; i++) {
                        value[i] += (float) (0.3 * left[i / columns] * right[i % columns]);
                    }
                }
            }
            values.put(variable.name(), value);
        }
        return new Snapshot(model, values);
    }

    private static float[] scores(Device device, Snapshot snapshot) {
        SplittableRandom random = new SplittableRandom(9);
        try (Network network = Snapshots.open(snapshot, device, NetworkOptions.defaults(), 2)) {
            return network.fill("images", () -> random.nextDouble(-1, 1)).forward().read("scores");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet", "mlp", "resnet20"})
    void aNetworkOfLowRankComputesTheSameWithFewerParameters(String name) {
        Snapshot whole = ofLowRank(Models.create(name, 3, 32, 32, 10));
        LowRank.Result result = LowRank.factorize(whole,
                LowRankOptions.defaults().withRank(new LowRankOptions.Rank.Energy(1 - 1e-9)));
        assertThat(result.layers()).anySatisfy(layer -> {
            assertThat(layer.rank()).isEqualTo(RANK);
            assertThat(layer.after()).isLessThan(layer.before());
        });
        NetworkCost before = NetworkCost.of(whole.model());
        NetworkCost after = NetworkCost.of(result.snapshot().model());
        long saved = result.layers().stream().mapToLong(layer -> layer.before() - layer.after()).sum();
        assertThat(before.parameters() - after.parameters()).isEqualTo(saved).isPositive();
        assertThat(after.macs()).isLessThan(before.macs());
        try (Device device = TestDevices.open("cpu")) {
            float[] expected = scores(device, whole);
            float[] found = scores(device, result.snapshot());
            double scale = 0;
            for (float value : expected) {
                scale = Math.max(scale, Math.abs(value));
            }
            for (int i = 0; i < expected.length; i++) {
                assertThat(found[i]).isCloseTo(expected[i], within((float) (scale * 1e-3)));
            }
        }
    }

    @Test
    void theRatioIsOfTheRankALayerCouldHaveAndLayersThatWouldGrowStay() {
        Snapshot whole = ofLowRank(Models.create("mlp", 1, 8, 8, 10));
        LowRank.Result half = LowRank.factorize(whole,
                LowRankOptions.defaults().withRank(new LowRankOptions.Rank.Ratio(0.25)));
        for (LowRank.Factorized layer : half.layers()) {
            assertThat(layer.after()).isLessThanOrEqualTo(layer.before());
        }
        LowRank.Result all = LowRank.factorize(whole,
                LowRankOptions.defaults().withRank(new LowRankOptions.Rank.Ratio(1)));
        assertThat(all.layers()).allSatisfy(layer -> assertThat(layer.after()).isEqualTo(layer.before()));
        assertThat(all.snapshot().values()).isEqualTo(whole.values());
    }

    @Test
    void ignoredLayersStayAndUnknownOnesAreRefused() {
        Snapshot whole = ofLowRank(Models.create("lenet", 1, 28, 28, 10));
        LowRank.Result result = LowRank.factorize(whole, LowRankOptions.defaults().withIgnored(List.of("*")));
        assertThat(result.layers()).isEmpty();
        String first = LowRank.factorize(whole, LowRankOptions.defaults()).layers().getFirst().layer();
        assertThatThrownBy(() -> LowRank.factorize(whole,
                LowRankOptions.defaults().withIgnored(List.of(first + "x"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("did you mean \"" + first + "\"?");
    }

    @Test
    void aShareIsBetweenZeroAndOne() {
        assertThatThrownBy(() -> new LowRankOptions.Rank.Energy(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LowRankOptions.Rank.Ratio(1.5)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the ratio of a low rank is above 0 and at most 1, got 1.5");
    }
}
