package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.CheckpointWriter;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.Tensors;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.Wrappers;
import dev.gatun.update.StateStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Checkpoints that are written while a run goes on, on every device. */
@ExtendWith(NoLeaks.class)
class TrainerCheckpointsTest {
    private static final Model MODEL = new Model("saved", 1, 28, 28, 10, sequential(
            flatten(), linear(5), batchNorm(), relu(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(2).withBatchSize(8)
            .withOptimizerOptions(OptimizerOptions.NONE.withStates(StateStorage.EIGHT_BIT))
            .withWrappers(Wrappers.NONE.withLookahead(Lookahead.DEFAULTS));
    private static final int EVERY = 3;

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(60).withTest(10));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    static Stream<Arguments> writers() {
        return TestDevices.names().flatMap(name -> Stream.of(CheckpointWriter.Mode.values())
                .map(mode -> Arguments.of(name, mode)));
    }

    private static Map<String, byte[]> bytes(Trainer trainer) {
        Map<String, byte[]> bytes = new LinkedHashMap<>();
        try (Checkpoint checkpoint = trainer.checkpoint()) {
            checkpoint.model().forEach(tensor -> bytes.put(tensor.name(), Tensors.bytes(tensor)));
            checkpoint.optimizer().forEach(tensor -> bytes.put(tensor.name(), Tensors.bytes(tensor)));
            Map<String, Object> state = new LinkedHashMap<>(checkpoint.state());
            state.remove("kernels"); // those of the evaluation are chosen when it first runs
            bytes.put("state", state.toString().getBytes(StandardCharsets.UTF_8));
        }
        return bytes;
    }

    private static void assertSame(Map<String, byte[]> actual, Map<String, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, wanted) -> assertThat(actual.get(name)).as(name).isEqualTo(wanted));
    }

    /** Each of them is the run as it was after its step, and leads to the same end. */
    @ParameterizedTest
    @MethodSource("writers")
    void eachIsTheRunAsItWasThen(String backend, CheckpointWriter.Mode mode) throws IOException {
        Map<Long, Map<String, byte[]>> then = new LinkedHashMap<>();
        Map<String, byte[]> end;
        CheckpointStore store = new CheckpointStore(folder);
        try (Device device = TestDevices.open(backend); Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS);
                CheckpointWriter writer = CheckpointWriter.of(mode, store, 100, device.memory())) {
            trainer.run(new TrainingListener() {
                @Override
                public void onStep(Progress progress) {
                    if (requiresSettledState(progress.step())) {
                        writer.write(progress.step(), trainer.checkpoint());
                        then.put(progress.step(), bytes(trainer));
                    }
                }

                @Override
                public boolean requiresSettledState(long step) {
                    return step % EVERY == 0;
                }

                @Override
                public void onEpoch(Progress progress, Evaluation test) {}
            });
            end = bytes(trainer);
        }
        assertThat(then).hasSize(5);
        for (var saved : then.entrySet()) {
            long step = saved.getKey();
            try (Device device = TestDevices.open(backend);
                    Trainer trainer = new Trainer(MODEL, digits, device, OPTIONS);
                    LoadedCheckpoint checkpoint = CheckpointStore.read(
                            folder.resolve("checkpoints/step-%08d".formatted(step)))) {
                trainer.restore(checkpoint);
                assertThat(trainer.progress().step()).isEqualTo(step);
                assertSame(bytes(trainer), saved.getValue());
                trainer.run();
                assertSame(bytes(trainer), end);
            }
        }
    }
}
