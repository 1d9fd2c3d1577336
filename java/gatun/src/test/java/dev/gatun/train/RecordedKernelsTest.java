package dev.gatun.train;

import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.KernelChoices;
import dev.gatun.engine.KernelReport;
import dev.gatun.engine.Variables;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The kernels that a run chose are in its checkpoints, and a run that goes on takes them. */
@ExtendWith(NoLeaks.class)
class RecordedKernelsTest {
    private static final Model MODEL = new Model("small", 1, 28, 28, 10, sequential(
            conv2d(5, 5).stride(2), relu(), maxPool(2), conv2d(9, 3), relu(), flatten(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(1).withBatchSize(16);

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(40).withTest(20));
    private final Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        device.close();
        digits.close();
    }

    private static TrainingOptions with(KernelChoices choices) {
        return OPTIONS.withCompile(CompileOptions.defaults().withRecorded(choices));
    }

    private static List<String> kernels(Trainer trainer) {
        return trainer.program().explain().stream().map(KernelReport::toString).toList();
    }

    private static List<String> layouts(Variables variables) {
        return variables.slots().stream().map(slot -> slot.stored().layout().toString()).toList();
    }

    /** Other layouts than those that are taken where nothing was recorded, for every program of the run. */
    private KernelChoices otherLayouts() {
        try (Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            trainer.run();
            Map<String, String> other = new LinkedHashMap<>();
            trainer.choices().entries().forEach((problem, choice) -> {
                if (problem.startsWith("layout")) {
                    other.put(problem, Arrays.stream(LayoutPolicy.values()).map(LayoutPolicy::name)
                            .filter(name -> !name.equals(choice)).findFirst().orElseThrow());
                }
            });
            assertThat(other).as("batches of 16, of 8 and of 4, those of 16 in training and in evaluation").hasSize(4);
            return KernelChoices.of(other);
        }
    }

    @Test
    void aRunThatGoesOnTakesTheKernelsOfItsCheckpoint() {
        KernelChoices other = otherLayouts();
        List<String> kernels;
        KernelChoices choices;
        Evaluation evaluation;
        Path written;
        try (Trainer trainer = new Trainer(MODEL, digits, device, with(other))) {
            trainer.run();
            kernels = kernels(trainer);
            choices = trainer.choices();
            evaluation = trainer.evaluate();
            written = new CheckpointStore(folder).write(3, trainer.checkpoint());
        }
        assertThat(choices.entries()).containsAllEntriesOf(other.entries());
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(written)) {
            assertThat(Trainer.choices(checkpoint)).isEqualTo(choices);
            try (Trainer first = new Trainer(MODEL, digits, device, OPTIONS);
                    Trainer again = new Trainer(MODEL, digits, device, with(Trainer.choices(checkpoint)))) {
                assertThat(kernels(first)).isNotEqualTo(kernels);
                assertThat(kernels(again)).isEqualTo(kernels);
            }
            try (TrainedModel model = TrainedModel.open(checkpoint, device, 16);
                    Variables first = Evaluator.variables(model.task(), device, 16)) {
                assertThat(layouts(model.variables())).isNotEqualTo(layouts(first));
                assertThat(model.evaluate(digits.test())).isEqualTo(evaluation);
            }
        }
    }

    @Test
    void aCheckpointWithoutKernelsLeavesTheChoiceAndADamagedOneIsRefused() {
        try (LoadedCheckpoint none = withKernels(Map.of());
                LoadedCheckpoint damaged = withKernels(Map.of("a problem", 7L))) {
            assertThat(Trainer.choices(none).entries()).isEmpty();
            assertThatThrownBy(() -> Trainer.choices(damaged)).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("no valid \"kernels\"")
                    .hasMessageContaining("resume from an earlier checkpoint");
        }
    }

    private LoadedCheckpoint withKernels(Map<String, Object> kernels) {
        try (Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS)) {
            Checkpoint checkpoint = trainer.checkpoint();
            Map<String, Object> state = new LinkedHashMap<>(checkpoint.state());
            state.put("kernels", kernels);
            return CheckpointStore.read(new CheckpointStore(folder.resolve("kernels-" + kernels.size())).write(1,
                    new Checkpoint(checkpoint.description(), checkpoint.model(), checkpoint.optimizer(), state,
                            checkpoint::close)));
        }
    }
}
