package dev.gatun.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.data.DataException;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.data.image.ImageDataset;
import dev.gatun.data.image.WrappedImages;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.CheckpointWriter;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.RunLock;
import dev.gatun.io.file.Disk;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Models;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Progress;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingListener;
import dev.gatun.train.TrainingOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is saved where saving, or the run, fails. Six steps of two epochs. */
@ExtendWith(NoLeaks.class)
class RunSaverTest {
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(24).withTest(8));
    private final Path path;
    private final RunFolder folder;
    private final RunLock lock;
    private final Device device;
    private final Trainer trainer;
    private RunSaver saver;

    RunSaverTest(@TempDir Path temp) {
        path = temp.resolve("run");
        folder = RunFolder.create(path);
        lock = folder.lock();
        folder.writeConfig(Map.of());
        device = Backends.open("cpu", DeviceOptions.defaults());
        trainer = new Trainer(Models.create("mlp", 1, 28, 28, 10), digits, device,
                TrainingOptions.defaults().withEpochs(2).withBatchSize(8));
        saver = saver(CheckpointWriter.Mode.BLOCKING);
    }

    private RunSaver saver(CheckpointWriter.Mode mode) {
        return new RunSaver(trainer, folder, mode, new PrintStream(said, true, StandardCharsets.UTF_8),
                device.memory(), null);
    }

    @BeforeEach
    void prepare() {
        saver.prepare();
    }

    @AfterEach
    void close() {
        saver.close();
        trainer.close();
        device.close();
        lock.close();
        digits.close();
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private void block() {
        try {
            Files.writeString(path.resolve("checkpoints"), "a file in the way");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void unblock() {
        try {
            Files.delete(path.resolve("checkpoints"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TrainingListener after(int step, Runnable action) {
        return new TrainingListener() {
            @Override
            public void onStep(Progress progress) {
                if (progress.step() == step) {
                    action.run();
                }
            }

            @Override
            public void onEpoch(Progress progress, Evaluation test) {}
        };
    }

    @ParameterizedTest
    @EnumSource(CheckpointWriter.Mode.class)
    void aSaveThatFailedIsTriedAgainWhileTheRunGoesOn(CheckpointWriter.Mode mode) {
        saver.close();
        saver = saver(mode);
        block();
        trainer.run(new TrainingListener() {
            @Override
            public void onStep(Progress progress) {
                saver.check();
                if (progress.step() == 1) {
                    saver.save();
                }
            }

            @Override
            public void onEpoch(Progress progress, Evaluation test) {}

            @Override
            public void afterEpoch(Progress progress) {
                if (progress.step() == 3) {
                    saver.save();
                    unblock();
                } else {
                    saver.saveLast();
                }
            }
        });
        assertThat(said()).contains("cannot write the checkpoint " + path.resolve("checkpoints/step-00000001"))
                .contains("; the run goes on, and tries again at step ");
        assertThat(folder.checkpoints().latest()).contains(path.resolve("checkpoints/step-00000006"));
    }

    @Test
    void failuresWaitLongerAndLonger() {
        block();
        trainer.run(after(1, () -> {
            assertThat(saver.isRetried(1000)).isFalse();
            saver.save();
            assertThat(saver.isRetried(8)).isFalse();
            assertThat(saver.isRetried(9)).isTrue();
            saver.save();
            assertThat(saver.isRetried(16)).isFalse();
            assertThat(saver.isRetried(17)).isTrue();
            unblock();
            saver.save();
            assertThat(saver.isRetried(1000)).isFalse();
        }));
        assertThat(said().lines()).hasSize(2);
    }

    @Test
    void theLastSaveIsTriedAgainAndThenFails() {
        trainer.run();
        block();
        assertThatThrownBy(saver::saveLast).isInstanceOf(CheckpointException.class);
        Thread other = Thread.ofPlatform().start(() -> {
            assertThat(path.resolve("checkpoints")).isRegularFile();
            unblock();
        });
        saver.saveLast();
        assertThat(other.isAlive()).isFalse();
        assertThat(folder.checkpoints().latest()).contains(path.resolve("checkpoints/step-00000006"));
    }

    /** What fails in a run whose last step is whole: data that cannot be read, a listener, memory. */
    @Test
    void aRunThatFailsLeavesItsLastWholeStep() throws IOException {
        DataException failure = new DataException("a.png", "is damaged", "replace it");
        assertThatThrownBy(() -> trainer.run(after(2, () -> {
            throw failure;
        }))).isSameAs(failure);
        saver.rescue(failure);
        Path saved = path.resolve("checkpoints/step-00000002");
        assertThat(said()).isEqualTo("gatun: the run ends, for the reason below, after step 2; checkpoint " + saved
                + "; go on with: java/bin/gatun train --resume " + path + "\n");
        trainer.run(); // and to the end, as if nothing had been
        saver.saveLast();
        byte[] whole = Files.readAllBytes(path.resolve("checkpoints/step-00000006/model.safetensors"));
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(saved);
                Trainer resumed = new Trainer(Models.create("mlp", 1, 28, 28, 10), digits, device,
                        TrainingOptions.defaults().withEpochs(2).withBatchSize(8))) {
            resumed.restore(checkpoint);
            resumed.run();
            new CheckpointStore(path.resolve("again")).write(6, resumed.checkpoint());
        }
        assertThat(path.resolve("again/checkpoints/step-00000006/model.safetensors")).hasBinaryContent(whole);
    }

    /** The epoch counts, with what its end changed, so that nothing is done twice when the run goes on. */
    @Test
    void aListenerThatFailsAtTheEndOfAnEpochLeavesTheNext() {
        OutOfMemoryError failure = new OutOfMemoryError("Java heap space");
        assertThatThrownBy(() -> trainer.run((_, _) -> {
            throw failure;
        })).isSameAs(failure);
        assertThat(trainer.isResumable()).isTrue();
        assertThat(trainer.progress().epoch()).isEqualTo(1);
        assertThat(trainer.progress().batch()).isZero();
        saver.rescue(failure);
        assertThat(said()).contains("after step 3; checkpoint ");
    }

    /** Between the last step of an epoch and its evaluation. */
    @Test
    void aTestImageThatCannotBeReadCostsNoStep() throws IOException {
        boolean[] damaged = {true};
        ImageDataset unreadable = new WrappedImages(digits.test()) {
            @Override
            public void read(int index, byte[] pixels) {
                if (damaged[0]) {
                    throw new DataException("b.png", "is damaged", "replace it");
                }
                source.read(index, pixels);
            }
        };
        TrainingOptions options = TrainingOptions.defaults().withEpochs(2).withBatchSize(8);
        trainer.run();
        saver.saveLast();
        Path whole = Files.move(path.resolve("checkpoints/step-00000006"), path.resolve("whole"));
        try (Trainer failing = new Trainer(Models.create("mlp", 1, 28, 28, 10),
                        new DataSplit(digits.train(), unreadable), device, options);
                RunSaver rescuing = new RunSaver(failing, folder, CheckpointWriter.Mode.BLOCKING,
                        new PrintStream(said, true, StandardCharsets.UTF_8), device.memory(), null)) {
            DataException failure = catchThrowableOfType(DataException.class, failing::run);
            rescuing.rescue(failure);
        }
        Path saved = path.resolve("checkpoints/step-00000003");
        assertThat(said()).contains("after step 3; checkpoint " + saved);
        damaged[0] = false;
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(saved);
                Trainer resumed = new Trainer(Models.create("mlp", 1, 28, 28, 10), digits, device, options)) {
            resumed.restore(checkpoint);
            resumed.run();
            folder.checkpoints().write(6, resumed.checkpoint());
        }
        assertThat(path.resolve("checkpoints/step-00000006/model.safetensors"))
                .hasSameBinaryContentAs(whole.resolve("model.safetensors"));
    }

    @Test
    void whatCannotBeSavedIsSaidToo() {
        trainer.run(after(2, trainer::requestStop));
        block();
        IllegalStateException failure = new IllegalStateException("a bug");
        saver.rescue(failure);
        assertThat(said()).startsWith("gatun: the run ends, for the reason below, after step 2, which could not be"
                + " saved either (cannot write the checkpoint ").endsWith("; there is no checkpoint\n");
        assertThat(failure.getSuppressed()).hasSize(1);
    }

    @Test
    void aFolderThatWasDeletedIsSaidAndNotMadeAgain() {
        RunFolderException[] failure = new RunFolderException[1];
        assertThatThrownBy(() -> trainer.run(after(2, () -> {
            try {
                Disk.delete(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            try {
                saver.save();
            } catch (RunFolderException e) {
                failure[0] = e;
                throw e;
            }
        }))).isInstanceOf(RunFolderException.class).hasMessage("the folder " + path + " was deleted or replaced while"
                + " its run went on: what it held is lost; start the run again");
        saver.rescue(failure[0]);
        assertThatThrownBy(saver::saveLast).isInstanceOf(RunFolderException.class);
        assertThat(path).doesNotExist();
        assertThat(said()).isEmpty();
    }

    @Test
    void aFolderThatAnotherTookThePlaceOfIsNotWrittenTo() throws IOException {
        Files.move(path, path.resolveSibling("moved"));
        RunFolder.create(path).writeConfig(Map.of());
        assertThatThrownBy(saver::save).isInstanceOf(RunFolderException.class);
        assertThat(path.resolve("checkpoints")).doesNotExist();
    }
}
