package dev.gatun.train;

import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.optim.Wrappers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A checkpoint goes with the wrappers that it was made with, and with no others. */
@ParameterizedClass
@OnEachDevice
@ExtendWith(NoLeaks.class)
class RestoredWrappersTest {
    private static final Model MODEL =
            new Model("tiny", 1, 28, 28, 10, sequential(flatten(), linear(4), relu(), linear(10)));
    private static final TrainingOptions PLAIN = TrainingOptions.defaults().withEpochs(1).withBatchSize(16);

    @Parameter
    private String backend = "";

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(32).withTest(10));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private static TrainingOptions options(String kind) {
        return switch (kind) {
            case "plain" -> PLAIN;
            case "swa" -> PLAIN.withWrappers(Wrappers.NONE.withAverage(StochasticAverage.from(1)));
            case "look-ahead" -> PLAIN.withWrappers(Wrappers.NONE.withLookahead(Lookahead.DEFAULTS));
            case "ema" -> PLAIN.withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(0.9));
            default -> PLAIN.withWrappers(Wrappers.NONE.withSharpness(SharpnessAware.parse(kind)));
        };
    }

    private Device device() {
        return TestDevices.open(backend);
    }

    private Path trained(String kind) {
        try (Device device = device(); Trainer trainer = new Trainer(MODEL, digits, device, options(kind))) {
            trainer.run();
            return new CheckpointStore(folder).write(1, trainer.checkpoint());
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            swa           | plain         | keeps a mean of the weights, this run does not;
            plain         | swa           | does not keep a mean of the weights, this run does;
            look-ahead    | plain         | keeps slow weights of look-ahead, this run does not;
            plain         | look-ahead    | does not keep slow weights of look-ahead, this run does;
            ema           | plain         | keeps a moving average of the weights, this run does not;
            plain         | ema           | does not keep a moving average of the weights, this run does;
            0.05          | plain         | was made with sharpness 0.05, this run has none;
            plain         | 0.05          | was made with sharpness none, this run has 0.05;
            0.05          | 0.1           | was made with sharpness 0.05, this run has 0.1;
            0.05,adaptive | 0.05          | was made with sharpness 0.05,adaptive, this run has 0.05;
            """)
    void refusesOtherWrappers(String made, String resumed, String message) {
        Path written = trained(made);
        try (Device device = device(); Trainer trainer = new Trainer(MODEL, digits, device, options(resumed));
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            String weight = trainer.variables().slots().iterator().next().variable().name();
            float[] before = trainer.variables().read(weight);
            assertThatThrownBy(() -> trainer.restore(checkpoint)).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(message + " use the options it was made with");
            assertThat(trainer.variables().read(weight)).as("nothing changed").containsExactly(before);
            assertThat(trainer.progress().step()).isZero();
        }
    }

    @Test
    void aStateThatLacksAFieldIsRefused() {
        Path written = trained("swa");
        try (Device device = device(); Trainer trainer = new Trainer(MODEL, digits, device, options("swa"));
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            trainer.restore(checkpoint);
            assertThat(trainer.progress().epoch()).isEqualTo(1);
            try (Checkpoint again = trainer.checkpoint()) {
                assertThat(again.state()).containsEntry("next_averaged_epoch", 1L).containsEntry("averaged_epochs", 1L);
            }
            for (String field : List.of("sharpness", "next_averaged_epoch", "accumulate", "skipped_steps")) {
                Map<String, Object> state = new LinkedHashMap<>(checkpoint.state());
                assertThat(state.remove(field)).isNotNull();
                LoadedCheckpoint lacking = new LoadedCheckpoint(
                        checkpoint.path(), checkpoint.step(), checkpoint.description(), state, checkpoint.model(),
                        checkpoint.optimizer());
                assertThatThrownBy(() -> trainer.restore(lacking)).as(field).isInstanceOf(CheckpointException.class)
                        .hasMessageContaining(field).hasMessageNotContaining("\n");
            }
        }
    }
}
