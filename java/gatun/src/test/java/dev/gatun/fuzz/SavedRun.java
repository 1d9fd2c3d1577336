package dev.gatun.fuzz;

import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.model.Model;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.update.rule.AdamHyperparameters;
import java.nio.file.Path;

/** A small run that was stopped after an epoch, with all kinds of fields in its state, and its checkpoint. */
final class SavedRun implements AutoCloseable {
    private static final Model MODEL = new Model("small", 1, 28, 28, 10, sequential(flatten(), linear(4), relu(),
            linear(10)));

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(40).withTest(10));
    private final Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
    private final Trainer trainer;
    private final Path checkpoint;

    SavedRun(Path folder) {
        trainer = new Trainer(MODEL, digits, device, TrainingOptions.defaults().withEpochs(2).withBatchSize(16)
                .withOptimizer(AdamHyperparameters.ADAMW)
                .withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(0.9)
                        .withLossScaling(LossScaling.DYNAMIC))
                .withSchedule(RunSchedule.parse("plateau:patience=0")));
        trainer.run((progress, _) -> {
            if (progress.epoch() == 0) {
                trainer.requestStop();
            }
        });
        checkpoint = new CheckpointStore(folder).write(trainer.progress().step(), trainer.checkpoint());
    }

    Trainer trainer() {
        return trainer;
    }

    /** The checkpoint's folder. */
    Path checkpoint() {
        return checkpoint;
    }

    LoadedCheckpoint load() {
        return CheckpointStore.read(checkpoint);
    }

    @Override
    public void close() {
        trainer.close();
        device.close();
        digits.close();
    }
}
