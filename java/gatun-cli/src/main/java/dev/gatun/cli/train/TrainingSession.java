package dev.gatun.cli.train;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.Recipe;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.run.RunManifest;
import dev.gatun.cli.run.StopSignals;
import dev.gatun.cli.terminal.Output;
import dev.gatun.data.ClassNames;
import dev.gatun.data.DataException;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.Normalization;
import dev.gatun.engine.CompileOptions;
import dev.gatun.graph.Graph;
import dev.gatun.graph.MixedPrecision;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.RunFolder;
import dev.gatun.io.RunFolderException;
import dev.gatun.io.RunLock;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
import dev.gatun.optim.schedule.RunLength;
import dev.gatun.train.Evaluation;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.WeightsReport;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.TaskDescription;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A run from the first look at its data to its summary, all on the calling thread. */
final class TrainingSession {
    private static final Path RUNS = Path.of("runs");

    private final RunPlan plan;
    private final Output output;

    TrainingSession(RunPlan plan, Output output) {
        this.plan = plan;
        this.output = output;
    }

    ExitCode run() {
        plan.json().check();
        RunConfig asked = plan.config();
        try (StopSignals signals = StopSignals.listen(output.err());
                DataSplit data = RunData.open(asked.data(), asked.images(), asked.limit())) {
            RunConfig fitting = named(() -> checked(asked, data));
            Model model = fitting.start().applyTo(
                    RunData.model(fitting.model(), fitting.stem(), data.train()));
            named(() -> {
                checkGraphs(fitting, model);
                return fitting;
            });
            RunConfig config = plan.resumed() == null ? fitting.with(fitting.start().checked(model)) : fitting;
            if (!plan.quiet()) {
                output.fact("data", RunData.describe(config.data(), data));
                Models.stem(config.model(), model.height(), model.width(), config.stem())
                        .ifPresent(stem -> output.fact("stem", stem(config, stem)));
                if (!config.start().text().isEmpty()) {
                    output.fact("init", config.start().text());
                }
            }
            try (Device device = Devices.open(
                            config.device(), config.threads(), config.memory(), config.emulation());
                    RunLock _ = plan.resumed() == null ? null : folder(config).lock();
                    LoadedCheckpoint checkpoint = plan.resumed() == null ? null : plan.resumed().open().orElse(null);
                    Trainer trainer = trainer(config, model, data, device, checkpoint)) {
                if (checkpoint != null) {
                    trainer.restore(checkpoint);
                    LostKernels.warning(Trainer.choices(checkpoint), trainer.choices())
                            .ifPresent(output.err()::println);
                } else if (config.start().weights() != null) {
                    WeightsReport report = config.start().weights().load(trainer);
                    if (!plan.quiet()) {
                        output.fact("weights", report.file() + ": " + report.text());
                    }
                }
                return train(config, RunManifest.of(data), device, trainer, signals);
            }
        }
    }

    /** Runs a check of options; those of a resumed run stand in its file. */
    private <T> T named(Supplier<T> check) {
        try {
            return check.get();
        } catch (CliException e) {
            if (plan.resumed() == null) {
                throw e;
            }
            Path folder = Objects.requireNonNull(plan.resumed().run()).path();
            throw new RunFolderException(folder.resolve("config.json") + ": " + e.getMessage()
                    + "; repair the file or start a new run", e);
        }
    }

    /** {@code small, as images are smaller than 64x64}. */
    private static String stem(RunConfig config, Stem stem) {
        String why = switch (stem) {
            case SMALL -> ", as images are smaller than " + Stem.STANDARD_SIZE + "x" + Stem.STANDARD_SIZE;
            case STANDARD, AUTO -> "";
        };
        return Choices.word(stem) + (config.stem() == Stem.AUTO ? why : "");
    }

    private static void checkGraphs(RunConfig config, Model model) {
        TrainingOptions training = config.training();
        Graph graph = Flags.graph(model, training.batchSize());
        int rest = training.lastBatch().keeps() ? config.trainImages() % training.batchSize() : 0;
        if (rest > 0) {
            try {
                model.graph(rest);
            } catch (IllegalArgumentException e) {
                throw CliException.usage("--batch-size " + training.batchSize() + " leaves a last batch of " + rest
                        + " of " + config.trainImages() + " images: " + e.getMessage() + ", or add --drop-last");
            }
        }
        try {
            MixedPrecision.of(graph, training.precision());
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--precision-exceptions: " + e.getMessage(), e);
        }
    }

    private RunConfig checked(RunConfig config, DataSplit data) {
        int images = data.train().size();
        if (config.training().batchSize() > images) {
            throw CliException.usage("--batch-size " + config.training().batchSize() + " is more than the " + images
                    + " training images: use --batch-size " + images + " or less"
                    + (config.limit() > 0 ? ", or a larger --limit" : ""));
        }
        if (plan.resumed() != null) {
            checkSame(config, data, RunManifest.read(Objects.requireNonNull(plan.resumed().run())));
        }
        RunLength length;
        try {
            length = config.training().length(images);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--epochs " + config.training().epochs() + ": " + e.getMessage(), e);
        }
        try {
            config.training().schedules().over(length, config.training().optimizer());
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "a schedule does not fit a run of " + length.steps() + " steps: "
                    + e.getMessage(), e);
        }
        return config.decided(images, data.train().classNames(),
                config.augment().decide(Recipe.of(config.model()), data.train()));
    }

    /** A run goes on with the classes, in their order, and the images that it began with. */
    private static void checkSame(RunConfig config, DataSplit data, RunManifest before) {
        ClassNames.difference(data.train().classNames(), config.classes())
                .map(difference -> "it has " + difference + ", unlike")
                .or(() -> trainImages(data.train().size(), config.trainImages()))
                .or(() -> RunManifest.of(data).difference(before))
                .ifPresent(difference -> {
                    throw new DataException(config.data(), difference + " when the run began",
                            "put the same data there, or start a new run");
                });
    }

    private static Optional<String> trainImages(int now, int before) {
        return now == before ? Optional.empty()
                : Optional.of("it has " + now + " training images, but had " + before);
    }

    private static Trainer trainer(
            RunConfig config, Model model, DataSplit data, Device device, @Nullable LoadedCheckpoint checkpoint) {
        TrainingOptions options = config.training().withAugmentations(config.augment().steps(data.train()));
        CompileOptions compile = CompileOptions.measured().withConvolution(config.convolution());
        return checkpoint == null
                ? new Trainer(model, data, device, options.withCompile(compile))
                : new Trainer(model, data, device,
                        options.withCompile(compile.withRecorded(Trainer.choices(checkpoint))),
                        normalization(checkpoint));
    }

    private static Normalization normalization(LoadedCheckpoint checkpoint) {
        try {
            return ImageInput.of(TaskDescription.read(checkpoint)).normalization();
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path() + ": " + e.getMessage() + "; use a checkpoint of this run",
                    e);
        }
    }

    private ExitCode train(
            RunConfig config, RunManifest manifest, Device device, Trainer trainer, StopSignals signals) {
        RunFolder folder = folder(config);
        if (plan.resumed() != null) {
            return train(config, device, trainer, signals, folder);
        }
        try (RunLock _ = folder.lock()) {
            manifest.write(folder);
            folder.writeConfig(config.toJson());
            return train(config, device, trainer, signals, folder);
        }
    }

    private ExitCode train(RunConfig config, Device device, Trainer trainer, StopSignals signals, RunFolder folder) {
        if (!plan.quiet()) {
            output.fact("model", config.model() + ": " + Results.parameters(trainer) + " parameters");
            output.fact("device", Devices.describe(device));
            output.fact("run", folder.path() + resumedFrom(trainer));
        }
        if (plan.explain()) {
            ExplainTable.lines(trainer.program()).forEach(output.out()::println);
        }
        Display display = Display.of(output, plan.quiet());
        try (RunProfile profile =
                        plan.profiledSteps() == 0 ? null : new RunProfile(trainer, folder, plan.profiledSteps());
                RunRecorder recorder = new RunRecorder(
                        trainer, folder, plan.with(config), display, device.memory(), profile)) {
            recorder.prepare();
            signals.onStop(() -> {
                trainer.requestStop();
                output.err().println((output.isTerminal() ? "\n" : "")
                        + "gatun: stopping after this step; again to stop at once");
            });
            boolean finishedBefore = trainer.progress().isComplete();
            try {
                trainer.run(recorder);
            } finally {
                display.clear();
            }
            if (!finishedBefore) {
                recorder.save();
            }
            recorder.finish();
            if (profile != null) {
                String written = profile.finish();
                if (!plan.quiet()) {
                    output.fact("profile", written);
                }
            }
        }
        if (!trainer.progress().isComplete()) {
            output.err().println("gatun: stopped after step " + trainer.progress().step() + " of "
                    + trainer.progress().steps() + "; checkpoint " + RunRecorder.latest(folder)
                    + "; go on with: java/bin/gatun train --resume " + folder.path());
            return ExitCode.INTERRUPTED;
        }
        finish(config, trainer, folder);
        return ExitCode.OK;
    }

    private RunFolder folder(RunConfig config) {
        if (plan.resumed() != null) {
            return Objects.requireNonNull(plan.resumed().run());
        }
        return RunFolder.create(plan.out() == null ? RunFolder.defaultPath(RUNS, config.model()) : plan.out());
    }

    private String resumedFrom(Trainer trainer) {
        if (plan.resumed() == null) {
            return "";
        }
        return trainer.progress().isComplete()
                ? ": finished, all " + trainer.progress().epochs() + " epochs are done"
                : ": goes on after step " + trainer.progress().step() + " of " + trainer.progress().steps();
    }

    private void finish(RunConfig config, Trainer trainer, RunFolder folder) {
        Evaluation last = trainer.lastEvaluation();
        Results results = new Results(config, trainer, last == null ? trainer.evaluate() : last);
        plan.json().write(results.toJson());
        if (!plan.quiet()) {
            results.summary().forEach(output::fact);
            output.fact("saved", RunRecorder.latest(folder));
        }
    }
}
