package dev.gatun.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.SgdHyperparameters;
import dev.gatun.backend.StateStorage;
import dev.gatun.io.Json;
import dev.gatun.io.RunFolderException;
import dev.gatun.optim.Clipping;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.RunSchedule;
import dev.gatun.optim.RunSchedules;
import dev.gatun.optim.StepCount;
import dev.gatun.train.TrainingOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SmallPartsTest {
    @ParameterizedTest
    @CsvSource({"1000, 1000", "1k, 1024", "500m, 524288000", "4g, 4294967296", "1.5 GiB, 1610612736", "2TB, 2199023255552"})
    void readsSizes(String text, long bytes) {
        assertThat(MemorySize.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g", "-4g", "0", "4x", "1e9", "99999999t"})
    void refusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> MemorySize.parse(text)).hasMessageContaining("is no size");
    }

    @ParameterizedTest
    @CsvSource({"lenett, lenet", "resnet, resnet18", "lmp, mlp", "renset18, resnet18"})
    void guesses(String typed, String meant) {
        assertThat(Suggestions.didYouMean(typed, List.of("lenet", "mlp", "resnet18")))
                .isEqualTo("; did you mean " + meant + "?");
    }

    @Test
    void doesNotGuessWildly() {
        assertThat(Suggestions.didYouMean("vgg", List.of("lenet", "mlp", "resnet18"))).isEmpty();
    }

    @Test
    void configsSurviveTheirFile() {
        RunSchedules schedules = new RunSchedules(RunSchedule.parse("plateau:patience=2"), RunSchedule.parse("onecycle"),
                RunSchedule.parse("step:size=10%"), StepCount.parse("0.5epochs"));
        RunConfig config = new RunConfig("mlp", "/data", 10, 8, TrainingOptions.defaults().withEpochs(3).withBatchSize(4)
                .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.1 + 0.2).withMomentum(0.8)
                        .with(SgdHyperparameters.Momentum.NESTEROV).withWeightDecay(1e-5))
                .withAround(OptimizerOptions.NONE.withClipNorm(1).withClipValue(0.1 + 0.2).withAverageDecay(0.99))
                .withSchedules(schedules).withSeed(Long.MIN_VALUE)
                .withAccumulate(5).withLossScaling(LossScaling.parse("dynamic,initial=3")),
                Augment.CIFAR, "cpu", 3, 1L << 40, 7);
        String text = Json.pretty(config.toJson());
        assertThat(RunConfig.fromJson(Json.parseObject(text, "test"), Path.of("config.json"))).isEqualTo(config);
        for (Rule rule : Rule.values()) {
            RunConfig other = new RunConfig("mlp", "digits", 0, 8,
                    TrainingOptions.defaults().withOptimizer(rule.defaults()), Augment.NONE, "cpu", 1, 0, 0);
            assertThat(RunConfig.fromJson(Json.parseObject(Json.pretty(other.toJson()), "test"), Path.of("c"))).isEqualTo(other);
        }
        for (Clipping clipping : List.of(new Clipping.TensorNorm(0.3), new Clipping.Adaptive(0.01), new Clipping.None())) {
            RunConfig other = new RunConfig("mlp", "digits", 0, 8, TrainingOptions.defaults().withAround(
                    OptimizerOptions.NONE.with(clipping).with(StateStorage.EIGHT_BIT)), Augment.NONE, "cpu", 1, 0, 0);
            assertThat(RunConfig.fromJson(Json.parseObject(Json.pretty(other.toJson()), "test"), Path.of("c"))).isEqualTo(other);
        }
    }

    @Test
    void aConfigWithoutOneOfItsFieldsIsRefused() {
        RunConfig config =
                new RunConfig("mlp", "digits", 0, 8, TrainingOptions.defaults(), Augment.NONE, "cpu", 1, 0, 0);
        for (String field : config.toJson().keySet()) {
            Map<String, Object> json = Json.parseObject(Json.write(config.toJson()), "test");
            json.remove(field);
            assertThatThrownBy(() -> RunConfig.fromJson(json, Path.of("c"))).as(field)
                    .isInstanceOf(RunFolderException.class)
                    .hasMessage("c: it has no \"" + field + "\": repair the file or start a new run");
        }
    }

    @ParameterizedTest
    @CsvSource({"0.4, 0 s", "59.4, 59 s", "59.6, 1 min 00 s", "125, 2 min 05 s", "7800, 2 h 10 min"})
    void showsDurations(double seconds, String text) {
        assertThat(Durations.format(seconds)).isEqualTo(text);
    }

    @Test
    void reportsBugsAsBugs() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ExitCode code = Failures.report(
                new IllegalStateException("two\nlines"), false, new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(code).isEqualTo(ExitCode.INTERNAL);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("gatun: internal error: IllegalStateException: two lines:"
                + " this is a bug; please report it with what --trace shows\n");
    }

    @Test
    void countsResidentMemory() {
        assertThat(ProcessMemory.resident()).isBetween(1L << 20, 1L << 44);
    }
}
