package dev.gatun.cli.compress;

import dev.gatun.cli.option.CheckpointOption;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ComputeOptions;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.run.RunSplits;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.train.NewNetwork;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.optim.Wrappers;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.train.tune.FineTuning;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all commands of compression take: which checkpoint, a folder for the new run, and how it is trained on. */
public final class CompressOptions {
    /** A trained network needs smaller steps than one that begins. */
    private static final double SHARE_OF_RATE = 0.1;

    @Mixin
    final CheckpointOption checkpoint = new CheckpointOption();

    @Option(names = "--output", paramLabel = "FOLDER",
            description = "Folder of the new run, new or without a run (default: runs/<model>-<time>).")
    @Nullable Path folder;

    @Option(names = "--epochs", paramLabel = "N",
            description = "Epochs that the new network is trained for; with 0 it is only saved and measured, and"
                    + " \"gatun train --resume\" trains it (default: 1).")
    @Nullable Integer epochs;

    @Option(names = "--lr", paramLabel = "RATE",
            description = "The learning rate (default: a tenth of the run's).")
    @Nullable Double learningRate;

    @Option(names = "--schedule", paramLabel = "SCHEDULE",
            description = "How the learning rate moves, as for train (default: as in the run).")
    @Nullable RunSchedule schedule;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images in a batch (default: as in the run).")
    @Nullable Integer batchSize;

    @Option(names = "--data", paramLabel = "PATH",
            description = "Data of the same classes to train and measure with (default: the run's own).")
    @Nullable Path data;

    @Option(names = "--limit", paramLabel = "N",
            description = "Train on at most N images (default: as in the run).")
    @Nullable Integer limit;

    @Option(names = "--test-limit", paramLabel = "N",
            description = "Test on at most N images (default: as in the run).")
    @Nullable Integer testLimit;

    @Option(names = "--seed", paramLabel = "N",
            description = "Decides all random numbers (default: that of the run).")
    @Nullable Long seed;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the results to this file; - for standard output.")
    @Nullable Path json;

    @Option(names = {"-q", "--quiet"}, description = "Write nothing but faults.")
    boolean quiet;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Returns where the results go. */
    ResultFile results(Output output) {
        return new ResultFile(json, output.out());
    }

    /** Returns the number of epochs. */
    int epochs(int otherwise) {
        return Flags.atLeast("--epochs", 0, epochs, otherwise);
    }

    /** Returns whether the new network is trained. */
    static NewNetwork.Training training(int epochs) {
        return epochs == 0 ? NewNetwork.Training.LATER : NewNetwork.Training.WHOLE;
    }

    /** Returns the configuration of the new run, made of the one that trained the network. */
    RunConfig applyTo(RunConfig config, int wantedEpochs) {
        TrainingOptions before = config.training();
        Wrappers wrappers = before.wrappers();
        Double rate = Flags.aboveZero("--lr", learningRate);
        Hyperparameters optimizer = before.optimizer().with(Scheduled.LEARNING_RATE,
                rate == null ? SHARE_OF_RATE * before.optimizer().learningRate() : rate);
        TrainingOptions training = before.withEpochs(Math.max(1, wantedEpochs)).withOptimizer(optimizer)
                .withWrappers(new Wrappers(wrappers.lookahead(), wrappers.sharpness(), null)) // its epoch is over
                .withFineTuning(FineTuning.NONE) // names of layers may be others
                .withDistillation(Distillation.NONE).withSparsity(null)
                .withGrowth(BatchGrowth.NONE) // it was for the length of that run
                .withSchedules(schedule == null ? before.schedules()
                        : before.schedules().withLearningRate(schedule))
                .withBatchSize(Flags.atLeast("--batch-size", 1, batchSize, before.batchSize()))
                .withSeed(seed == null ? before.seed() : seed);
        RunSplits splits = new RunSplits(Flags.atLeast("--limit", 1, limit, config.splits().limit()),
                Flags.atLeast("--test-limit", 1, testLimit, config.splits().testLimit()),
                config.splits().validation());
        return config.withTraining(training).withSplits(splits).withNetwork("").withTeacher(null)
                .withData(data == null ? config.data() : RunData.name(data))
                .withDevice(compute.device()).withThreads(compute.threads());
    }

    /**
     * Checks before any work that the results can be written.
     *
     * @throws CliException when they cannot
     */
    void check(Output output) {
        results(output).check();
    }
}
