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
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.codec.GradientCompressionText;
import dev.gatun.dist.local.ThreadRanks;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.train.parallel.ParallelOptions;
import dev.gatun.train.parallel.Synchronization;
import dev.gatun.update.rule.SgdHyperparameters;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ranks that average their weights, or send gradients compressed. */
@ExtendWith(NoLeaks.class)
class AveragedRanksTest {
    private static final Model MODEL =
            new Model("plain", 1, 28, 28, 10, sequential(flatten(), linear(12), relu(), linear(10)));
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(1).withBatchSize(16)
            .withOptimizer(SgdHyperparameters.DEFAULTS.withLearningRate(0.05)).withSchedules(RunSchedules.CONSTANT);

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(128).withTest(20));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private static TrainingOptions with(String synchronization) {
        return OPTIONS.withParallel(
                ParallelOptions.DEFAULTS.withSynchronization(Synchronization.parse(synchronization)));
    }

    private float[] trained(String backend, TrainingOptions options, ProcessGroup group, Consumer<Trainer> run) {
        try (Device device = TestDevices.open(backend);
                Trainer trainer = new Trainer(MODEL, digits, device, options, Trainer.normalization(digits), null,
                        group)) {
            run.accept(trainer);
            return trainer.variables().read(trainer.variables().slots().iterator().next().variable().name());
        }
    }

    private float[] together(String backend, TrainingOptions options, Consumer<Trainer> run) {
        Map<Integer, float[]> all = new ConcurrentHashMap<>();
        ThreadRanks.run(2, GroupOptions.DEFAULTS.withTimeout(Duration.ofMinutes(1)), MemoryBudget.unlimited(),
                group -> all.put(group.rank(), trained(backend, options, group, run)));
        assertThat(all.get(1)).isEqualTo(all.get(0));
        return Objects.requireNonNull(all.get(0));
    }

    private static void assertClose(float[] actual, float[] expected, float tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(tolerance));
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void theMeanOfEachStepIsTheStepOfTheMean(String backend) { // without momentum
        float[] summed = together(backend, with("gradients"), Trainer::run);
        float[] averaged = together(backend, with("weights:steps=1"), Trainer::run);
        assertClose(averaged, summed, 2e-6f);
        assertThat(averaged).isNotEqualTo(together(backend, with("weights:steps=4"), Trainer::run));
    }

    @Test
    void gradientsAreSummedBefore() {
        assertThat(together("cpu", with("weights:steps=3,from=8"), Trainer::run))
                .isEqualTo(together("cpu", with("gradients"), Trainer::run));
    }

    @ParameterizedTest
    @OnEachDevice
    void theOuterStepGoesFromTheWeightsBefore(String backend) {
        float[] start = together(backend, with("gradients"), _ -> {});
        float[] mean = together(backend, with("weights:steps=100"), Trainer::run);
        float[] outer = together(backend, with("weights:steps=100,rate=0.5,momentum=0.6"), Trainer::run);
        float[] expected = new float[start.length];
        for (int i = 0; i < start.length; i++) { // the momentum begins at 0
            expected[i] = start[i] - 0.5f * (1 + 0.6f) * (start[i] - mean[i]);
        }
        assertClose(outer, expected, 1e-6f);
    }

    @ParameterizedTest
    @OnEachDevice
    void theOuterMomentumIsKeptInCheckpoints(String backend) {
        assertResumes(backend, with("weights:steps=3,rate=0.7,momentum=0.9").withEpochs(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bf16", "f16", "top-k:fraction=0.1", "random-k:fraction=0.1",
            "power-sgd:rank=2,min-rate=1", "sign"})
    void compressedSumsAreTheSameOnAllRanksAndGoOn(String compression) {
        TrainingOptions options = OPTIONS.withEpochs(3).withParallel(ParallelOptions.DEFAULTS
                .withCompression(GradientCompressionText.parse(compression)));
        float[] compressed = together("cpu", options, Trainer::run);
        assertThat(Arrays.equals(compressed, together("cpu", with("gradients").withEpochs(3), Trainer::run)))
                .isFalse();
        assertResumes("cpu", options);
    }

    /** A run that is resumed at the end of its first epoch has the bits of one that was not. */
    private void assertResumes(String backend, TrainingOptions options) {
        float[] unbroken = together(backend, options, Trainer::run);
        CheckpointStore store = new CheckpointStore(folder.resolve(backend));
        together(backend, options, trainer -> trainer.run(new TrainingListener() {
            @Override
            public void onEpoch(Progress progress, Evaluation test) {}

            @Override
            public void afterEpoch(Progress progress) {
                if (progress.epoch() == 1) {
                    try (Checkpoint checkpoint = trainer.checkpoint()) {
                        if (trainer.rank() == 0) {
                            store.write(progress.step(), checkpoint);
                        }
                    }
                }
            }
        }));
        float[] resumed = together(backend, options, trainer -> {
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(store.latest().orElseThrow())) {
                trainer.restore(checkpoint);
            }
            trainer.run();
        });
        assertThat(Arrays.equals(resumed, unbroken)).isTrue(); // not pages of numbers
    }

    @Test
    void whatNoMeanReachesIsRefused() {
        TrainingOptions sparse = with("weights").withSparsity(SparsityOptions.defaults());
        assertThatThrownBy(() -> together("cpu", sparse, Trainer::run)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("choose other weights to be zero");
    }

    @Test
    void textsAreReadAsTheyAreWritten() {
        for (String text : new String[] {"gradients", "weights:steps=8", "weights:steps=500,rate=0.7,momentum=0.9",
                "weights:steps=4,from=10%", "server:staleness=0", "server:staleness=12"}) {
            assertThat(Synchronization.parse(text).text()).isEqualTo(text);
        }
        assertThat(Synchronization.parse("server").text()).isEqualTo("server:staleness=4");
        assertThatThrownBy(() -> Synchronization.parse("servers")).hasMessageContaining("did you mean \"server\"?");
        assertThatThrownBy(() -> Synchronization.parse("server:staleness=-1"))
                .hasMessageContaining("write it as server:staleness=4");
        assertThatThrownBy(() -> new Synchronization.Server(-1)).hasMessageContaining("0 rounds ahead");
        assertThatThrownBy(() -> Synchronization.parse("weight")).hasMessageContaining("did you mean \"weights\"?");
        assertThatThrownBy(() -> Synchronization.parse("weights:step=4"))
                .hasMessageContaining("did you mean \"steps\"?");
        assertThatThrownBy(() -> Synchronization.parse("weights:steps=x")).hasMessageContaining("steps is a number");
        assertThatThrownBy(() -> Synchronization.parse("weights:steps=0")).hasMessageContaining("not every 0");
        assertThatThrownBy(() -> Synchronization.parse("gradients:a=1")).hasMessageContaining("has no options");
    }
}
