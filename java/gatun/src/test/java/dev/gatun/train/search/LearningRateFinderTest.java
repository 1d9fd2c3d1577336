package dev.gatun.train.search;

import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.update.rule.SgdHyperparameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;

@ExtendWith(NoLeaks.class)
class LearningRateFinderTest {
    private static final Model MODEL = new Model("sought", 1, 28, 28, 10, sequential(
            flatten(), linear(12), relu(), linear(10)));

    @ParameterizedTest
    @OnEachDevice
    void theRateRisesUntilTheLossExplodes(String backend) {
        LearningRateFinder finder = LearningRateFinder.defaults().withLeast(1e-5).withMost(1e4).withSteps(60);
        TrainingOptions options = finder.options(TrainingOptions.defaults().withBatchSize(16)
                .withOptimizer(SgdHyperparameters.DEFAULTS), 160);
        assertThat(options.epochs()).isEqualTo(6);
        try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(160).withTest(10));
                Device device = TestDevices.open(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            LearningRateCurve curve = finder.run(trainer);
            assertThat(curve.size()).as("it ended early").isBetween(10, 59);
            assertThat(curve.rate(0)).isEqualTo(1e-5);
            double ratio = Math.pow(1e9, 1.0 / 59);
            for (int i = 1; i < curve.size(); i++) {
                assertThat(curve.rate(i) / curve.rate(i - 1)).isCloseTo(ratio, within(1e-9));
            }
            assertThat(curve.suggestion()).isBetween(1e-3, 10.0).isLessThan(curve.rate(curve.best()));
        }
    }

    @Test
    void theSuggestionIsWhereTheLossFallsFastest() {
        LearningRateCurve curve = new LearningRateCurve();
        for (int i = 0; i < 100; i++) {
            // Flat at 2, steepest at step 50, least at about 70, then up.
            double loss = 1 + 1 / (1 + Math.exp((i - 50) / 3.0)) + Math.max(0, i - 70) * 0.2;
            curve.add(Math.pow(10, -6 + i * 0.06), loss);
        }
        // The mean lags some steps behind.
        assertThat(Math.log10(curve.suggestion())).isBetween(-6 + 50 * 0.06, -6 + 60 * 0.06);
        assertThat(curve.best()).isBetween(70, 78);
        LearningRateCurve rising = new LearningRateCurve();
        for (int i = 0; i < 20; i++) {
            rising.add(i + 1, i);
        }
        assertThatIllegalStateException().isThrownBy(rising::suggestion)
                .withMessageContaining("the loss fell at no learning rate of 20 steps");
    }

    @Test
    void refusesRatesThatDoNotRise() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LearningRateFinder(0, 1, 100));
        assertThatIllegalArgumentException().isThrownBy(() -> new LearningRateFinder(1, 1, 100));
        assertThatIllegalArgumentException().isThrownBy(() -> new LearningRateFinder(1e-3, 1, 9));
    }
}
