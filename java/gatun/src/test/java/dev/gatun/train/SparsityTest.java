package dev.gatun.train;

import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.engine.Variables;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.Wrappers;
import dev.gatun.update.rule.SgdHyperparameters;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class SparsityTest {
    private static final Model MODEL =
            new Model("tiny", 1, 28, 28, 10, sequential(flatten(), linear(8), relu(), linear(10)));
    private static final TrainingOptions PLAIN = TrainingOptions.defaults().withEpochs(4).withBatchSize(16);
    private static final int WEIGHTS = 8 * 784 + 80;

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(64).withTest(10));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private static long zeros(float[] values) {
        long zeros = 0;
        for (float value : values) {
            zeros += value == 0 ? 1 : 0;
        }
        return zeros;
    }

    private static long zeros(Trainer trainer) {
        return zeros(trainer.variables().read(first(trainer)))
                + zeros(trainer.variables().read(second(trainer)));
    }

    private static String first(Trainer trainer) {
        return name(trainer, 0);
    }

    private static String second(Trainer trainer) {
        return name(trainer, 1);
    }

    private static String name(Trainer trainer, int index) {
        return trainer.variables().slots().stream().map(Variables.Slot::variable)
                .filter(variable -> variable.shape().rank() == 2).skip(index).findFirst().orElseThrow().name();
    }

    @ParameterizedTest
    @ValueSource(strings = {"magnitude,sparsity=0.9,to=60%", "magnitude,sparsity=0.9,scope=layer,ramp=iterative",
            "taylor,sparsity=0.9,ramp=oneshot,from=20%", "snip,sparsity=0.9", "random,sparsity=0.9,times=3",
            "movement,sparsity=0.9,from=10%,to=60%"})
    void theShareOfZerosIsReached(String text) {
        for (String backend : TestDevices.all()) {
            try (Device device = TestDevices.open(backend);
                    Trainer trainer = new Trainer(MODEL, digits, device,
                            PLAIN.withSparsity(SparsityOptions.parse(text)))) {
                trainer.run();
                assertThat(zeros(trainer)).as(backend).isBetween((long) (0.9 * WEIGHTS) - 1, (long) (0.9 * WEIGHTS));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"momentum", "lookahead", "ema", "sam"})
    void everyOptimizerKeepsZeros(String kind) {
        TrainingOptions options = PLAIN.withSparsity(SparsityOptions.parse("magnitude,sparsity=0.8,ramp=oneshot"));
        TrainingOptions changed = switch (kind) {
            case "momentum" -> options.withOptimizer(SgdHyperparameters.DEFAULTS.withMomentum(0.9)
                    .withWeightDecay(0.01));
            case "lookahead" -> options.withWrappers(Wrappers.NONE.withLookahead(Lookahead.DEFAULTS));
            case "ema" -> options.withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(0.9));
            default -> options.withWrappers(Wrappers.NONE.withSharpness(SharpnessAware.parse("0.1")));
        };
        try (Device device = TestDevices.open(TestDevices.CPU);
                Trainer trainer = new Trainer(MODEL, digits, device, changed)) {
            trainer.run((progress, _) -> assertThat(zeros(trainer)).isEqualTo((long) (0.8 * WEIGHTS)));
            assertThat(zeros(trainer)).isEqualTo((long) (0.8 * WEIGHTS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"magnitude,sparsity=0.9,to=90%,times=5", "movement,sparsity=0.9,to=90%,times=5"})
    void aRunGoesOnBitByBit(String text) {
        TrainingOptions options = PLAIN.withSparsity(SparsityOptions.parse(text));
        float[] whole;
        Path saved;
        try (Device device = TestDevices.open(TestDevices.CPU);
                Trainer trainer = new Trainer(MODEL, digits, device, options)) {
            trainer.run((progress, _) -> {
                if (progress.epoch == 1) {
                    trainer.requestStop();
                }
            });
            saved = new CheckpointStore(folder).write(1, trainer.checkpoint());
            trainer.run();
            whole = trainer.variables().read(first(trainer));
        }
        try (Device device = TestDevices.open(TestDevices.CPU);
                Trainer trainer = new Trainer(MODEL, digits, device, options);
                LoadedCheckpoint checkpoint = CheckpointStore.read(saved)) {
            trainer.restore(checkpoint);
            trainer.run();
            assertThat(trainer.variables().read(first(trainer))).containsExactly(whole);
        }
    }

    @Test
    void zerosOfATicketStay() {
        try (Device device = TestDevices.open(TestDevices.CPU);
                Trainer trainer = new Trainer(MODEL, digits, device, PLAIN.withSparsity(SparsityOptions.zeros()))) {
            float[] weights = trainer.variables().read(first(trainer));
            for (int i = 0; i < weights.length; i += 2) {
                weights[i] = 0;
            }
            trainer.variables().write(first(trainer), weights);
            trainer.run();
            float[] after = trainer.variables().read(first(trainer));
            for (int i = 0; i < after.length; i++) {
                assertThat(after[i] == 0).isEqualTo(weights[i] == 0);
            }
            assertThat(after).isNotEqualTo(weights);
        }
    }

    @Test
    void aStepAllocatesNothing() {
        try (Device device = TestDevices.open(TestDevices.COUNTED);
                Trainer trainer = new Trainer(MODEL, digits, device,
                        PLAIN.withEpochs(8).withSparsity(
                                SparsityOptions.parse("movement,sparsity=0.5,times=2,to=10%")))) {
            trainer.run();
            assertThat(trainer.measurements().heapBytesPerStep()).isZero();
        }
    }
}
