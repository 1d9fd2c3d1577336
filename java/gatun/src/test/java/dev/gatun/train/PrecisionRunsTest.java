package dev.gatun.train;

import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.backend.Transfers;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.LossScaling;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Runs in 16 bits. */
@ExtendWith(NoLeaks.class)
class PrecisionRunsTest {
    private static final Model MODEL =
            new Model("plain", 1, 28, 28, 10, sequential(flatten(), linear(12), relu(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(10).withBatchSize(16);

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(128).withTest(20));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private static TrainingOptions in(Precision precision) {
        return OPTIONS.withLossScaling(LossScaling.parse("128")).withPrecision(PrecisionPolicy.of(precision));
    }

    @ParameterizedTest
    @OnEachDevice({"F32", "BF16", "F16"})
    void theLossFallsAndTheCheckpointOpensInF32AndInItsOwnPrecision(String backend, Precision precision) {
        Path written;
        double loss;
        try (Device device = TestDevices.openForAnyPrecision(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, in(precision))) {
            double before = trainer.evaluate().loss();
            trainer.run();
            loss = trainer.evaluate().loss();
            assertThat(loss).isLessThan(0.8 * before);
            written = new CheckpointStore(folder).write(1, trainer.checkpoint());
        }
        try (Device device = TestDevices.open(backend);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written);
                TrainedModel model = TrainedModel.open(checkpoint, device, 20, PrecisionPolicy.F32)) {
            assertThat(model.evaluate(digits.test()).loss()).isCloseTo(loss, within(0.02));
        }
        try (Device device = TestDevices.openForAnyPrecision(backend);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written);
                TrainedModel model = TrainedModel.open(checkpoint, device, 20)) {
            assertThat(model.precision()).isEqualTo(PrecisionPolicy.of(precision));
            assertThat(model.evaluate(digits.test()).loss()).as("in its own precision").isCloseTo(loss, within(1e-6));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void anotherPrecisionIsRefusedWithTheDifference(String backend) {
        Path written;
        try (Device device = TestDevices.openForAnyPrecision(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, in(Precision.BF16))) {
            written = new CheckpointStore(folder).write(0, trainer.checkpoint());
        }
        for (PrecisionPolicy other : new PrecisionPolicy[] {
                PrecisionPolicy.F32, PrecisionPolicy.of(Precision.BF16).except("1")}) {
            try (Device device = TestDevices.openForAnyPrecision(backend);
                    Trainer trainer = new Trainer(MODEL, digits, device, in(Precision.BF16).withPrecision(other));
                    LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
                assertThatThrownBy(() -> trainer.restore(checkpoint)).isInstanceOf(CheckpointException.class)
                        .hasMessageContaining("precision").hasMessageContaining(other.toString())
                        .hasMessageContaining("use the options it was made with");
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice({"BF16", "F16"})
    void aRunThatWasCutEndsInTheSameNumbers(String backend, Precision precision) {
        TrainingOptions options = in(precision).withEpochs(2);
        float[] whole;
        try (Device device = TestDevices.openForAnyPrecision(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            trainer.run();
            whole = Transfers.floats(device, trainer.variables().parameters());
        }
        Path written;
        try (Device device = TestDevices.openForAnyPrecision(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            trainer.run((progress, _) -> trainer.requestStop());
            assertThat(trainer.progress().isComplete()).isFalse();
            written = new CheckpointStore(folder).write(1, trainer.checkpoint());
        }
        try (Device device = TestDevices.openForAnyPrecision(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            trainer.restore(checkpoint);
            trainer.run();
            assertThat(Transfers.floats(device, trainer.variables().parameters())).isEqualTo(whole);
        }
    }

    @Test
    void f16WithoutALossScaleIsRefused() {
        assertThatThrownBy(() -> OPTIONS.withPrecision(PrecisionPolicy.of(Precision.F16)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("small gradients are zero in f16: choose a loss scale first, such as dynamic");
    }
}
