package dev.gatun.cli.train;

import dev.gatun.cli.option.Choices;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.terminal.ProcessMemory;
import dev.gatun.compress.distill.DistilledGraph;
import dev.gatun.data.Dataset;
import dev.gatun.data.image.DataSplit;
import dev.gatun.engine.Variables;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.RunFolder;
import dev.gatun.memory.Bytes;
import dev.gatun.memory.MemoryBudgetException;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Measurements;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.Trainer;
import dev.gatun.train.monitor.BestEpoch;
import dev.gatun.train.parallel.CommunicationTime;
import dev.gatun.train.task.EvaluationListener;
import dev.gatun.train.task.ImageClassification;
import dev.gatun.train.task.ImageInput;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What came out of a run that is complete.
 *
 * @param test the test images, measured with the latest weights
 * @param best the test images, measured with the weights of the best epoch; null where that is the latest, or its
 *             checkpoint is gone
 * @param last what the last epoch was evaluated on, where that is not the test images
 */
record Results(
        RunConfig config, Trainer trainer, Evaluation test, @Nullable Evaluation best, @Nullable Evaluation last) {

    /**
     * Measures the test images, where the last epoch was not evaluated on them, and with the best weights too; empty
     * where the listener ended that.
     *
     * @param damage hears of a best checkpoint that cannot be read
     */
    static Optional<Results> of(RunConfig config, DataSplit data, Trainer trainer, RunFolder folder,
            EvaluationListener listener, Consumer<CheckpointException> damage) {
        Optional<Evaluation> last = Optional.ofNullable(trainer.lastEvaluation()).or(() -> trainer.evaluate(listener));
        if (data.validation() == null || last.isEmpty()) {
            return last.map(test -> new Results(config, trainer, test, null, null));
        }
        Dataset images = ImageClassification.examples(ImageInput.of(trainer.task()), config.model(), data.test());
        return trainer.evaluate(images, listener).map(test -> new Results(config, trainer, test,
                best(trainer, folder, images, listener, damage).orElse(null), last.get()));
    }

    /** What a rank does that shares the evaluations of {@link #of}, and tells nobody. */
    static void measureOtherwise(RunConfig config, DataSplit data, Trainer trainer) {
        if (trainer.lastEvaluation() == null) {
            trainer.evaluate();
        }
        if (data.validation() != null) {
            trainer.evaluate(ImageClassification.examples(
                    ImageInput.of(trainer.task()), config.model(), data.test()));
        }
    }

    private static Optional<Evaluation> best(Trainer trainer, RunFolder folder, Dataset images,
            EvaluationListener listener, Consumer<CheckpointException> damage) {
        BestEpoch epoch = trainer.progress().best();
        Path found = epoch.exists() && epoch.step() != trainer.progress().step()
                ? folder.checkpoints().ofStep(epoch.step()).orElse(null) : null;
        if (found == null) {
            return Optional.empty();
        }
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(found);
                TrainedModel model = TrainedModel.open(checkpoint, trainer.device(), trainer.options().batchSize(),
                        trainer.options().precision())) {
            return model.evaluate(images, listener);
        } catch (MemoryBudgetException e) {
            return Optional.empty(); // the run is done: gatun evaluate tells, where there is the memory
        } catch (CheckpointException e) {
            damage.accept(e);
            return Optional.empty(); // what the latest weights are worth is known all the same
        }
    }

    /** Numbers that training changes. */
    static long parameters(Trainer trainer) {
        return trainer.variables().slots().stream().map(Variables.Slot::variable)
                .filter(variable -> variable.isParameter() && !DistilledGraph.isForTrainingOnly(variable.name()))
                .mapToLong(variable -> variable.shape().elements()).sum();
    }

    /** The object of {@code --json}. */
    Map<String, Object> toJson() {
        Measurements cost = trainer.measurements();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", config.model());
        json.put("parameters", parameters(trainer));
        json.put("epochs", trainer.progress().epoch());
        json.put("steps", trainer.progress().step());
        json.put("train_loss", trainer.lastTrainLoss());
        json.put("test_loss", test.loss());
        json.put("test_accuracy", test.accuracy());
        if (last != null) {
            json.put("validation_loss", last.loss());
            json.put("validation_accuracy", last.accuracy());
        }
        BestEpoch epoch = trainer.progress().best();
        if (epoch.exists()) {
            json.put("best_epoch", epoch.epoch());
            json.put("best_step", epoch.step());
        }
        if (best != null) {
            json.put("best_test_loss", best.loss());
            json.put("best_test_accuracy", best.accuracy());
        }
        json.put("images_per_second", cost.examplesPerSecond());
        json.put("step_ms_median", cost.stepMillisMedian());
        json.put("optimizer_ms_median", cost.optimizerMillisMedian());
        json.put("data_wait_share", cost.dataWaitShare());
        json.put("heap_bytes_per_step", cost.heapBytesPerStep());
        json.put("native_bytes_planned", cost.nativeBytesPlanned());
        json.put("rss_bytes", ProcessMemory.resident());
        CommunicationTime communication = trainer.communication();
        if (communication.steps() > 0) {
            json.put("ranks", trainer.ranks());
            json.put("communication_ms_mean", communication.millisPerStep());
            json.put("communication_hidden_share", communication.hiddenShare());
            json.put("sent_bytes_per_step", communication.bytesPerStep());
        }
        json.put("precision", config.training().precision().toString());
        json.put("device", config.device());
        json.put("threads", config.threads());
        json.put("seed", config.training().seed());
        return json;
    }

    /** Lines for people: a subject and what there is to say. */
    Map<String, String> summary() {
        Measurements cost = trainer.measurements();
        Map<String, String> lines = new LinkedHashMap<>();
        lines.put("test", String.format(Locale.ROOT, "accuracy %.2f %% (%d of %d images), loss %.4f, after %d steps",
                100 * test.accuracy(), test.correct(), test.examples(), test.loss(), trainer.progress().step()));
        BestEpoch epoch = trainer.progress().best();
        if (trainer.progress().stoppedEarly()) {
            lines.put("stopped", String.format(Locale.ROOT,
                    "early, after epoch %d of %d: none since epoch %d was better",
                    trainer.progress().epoch(), trainer.progress().epochs(), epoch.epoch()));
        }
        if (epoch.exists() && (best != null || config.training().earlyStopping().isActive())) {
            String shown = best == null ? "" : String.format(Locale.ROOT,
                    "; on the test images accuracy %.2f %%, loss %.4f", 100 * best.accuracy(), best.loss());
            lines.put("best", String.format(Locale.ROOT, "epoch %d, step %d, by the %s %s of %.4f%s", epoch.epoch(),
                    epoch.step(), last == null ? "test" : "validation", Choices.word(epoch.options().monitor()),
                    epoch.value(), shown));
        }
        if (cost.examplesPerSecond() > 0) {
            lines.put("speed", String.format(Locale.ROOT,
                    "%.0f images/s; a step takes %.2f ms, of it the optimizer %.2f ms; %.1f %% of the time waits for "
                    + "data",
                    cost.examplesPerSecond(), cost.stepMillisMedian(), cost.optimizerMillisMedian(),
                    100 * cost.dataWaitShare()));
            CommunicationTime communication = trainer.communication();
            if (communication.steps() > 0) {
                lines.put("ranks", String.format(Locale.ROOT,
                        "%d; a step sends %s, its sums take %.2f ms, of which %.0f %% beside the backward pass",
                        trainer.ranks(), Bytes.format(Math.round(communication.bytesPerStep())),
                        communication.millisPerStep(), 100 * communication.hiddenShare()));
            }
            long resident = ProcessMemory.resident();
            lines.put("memory", Bytes.format(cost.nativeBytesPlanned()) + " off-heap"
                    + (resident < 0 ? "" : ", " + Bytes.format(resident) + " resident") + String.format(Locale.ROOT,
                            ", a step allocates %.0f bytes of heap", cost.heapBytesPerStep()));
        }
        return lines;
    }
}
