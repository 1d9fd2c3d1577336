package dev.gatun.cli.train;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.Recipe;
import dev.gatun.cli.report.RunReport;
import dev.gatun.cli.run.RankStart;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.run.RunManifest;
import dev.gatun.cli.run.RunNetwork;
import dev.gatun.cli.run.RunTeacher;
import dev.gatun.cli.run.StopSignals;
import dev.gatun.cli.terminal.Activity;
import dev.gatun.cli.terminal.Output;
import dev.gatun.data.ClassNames;
import dev.gatun.data.DataException;
import dev.gatun.data.Share;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.Normalization;
import dev.gatun.data.image.augment.AugmentationNames;
import dev.gatun.dist.ProcessGroup;
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
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.WeightsReport;
import dev.gatun.train.parallel.Rounds;
import dev.gatun.train.search.LearningRateCurve;
import dev.gatun.train.search.LearningRateFinder;
import dev.gatun.train.task.ImageInput;
import dev.gatun.train.task.TaskDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A run from the first look at its data to its summary, all on the calling thread. */
final class TrainingSession {
    static final Path RUNS = Path.of("runs");

    private final RunPlan plan;
    private final Output output;
    private final List<Path> passedOver = new ArrayList<>();
    private Map<String, Object> results = Map.of();
    private volatile boolean stopRequested;

    TrainingSession(RunPlan plan, Output output) {
        this.plan = plan;
        this.output = output;
    }

    private void passOver(Path damaged, String reason) {
        passedOver.add(damaged);
        output.err().println(RunLocation.passedOver(damaged, reason));
    }

    /** The results of a complete run; empty before. */
    Map<String, Object> results() {
        return results;
    }

    ExitCode run() {
        plan.json().check();
        RunConfig asked = plan.config();
        try (StopSignals signals = StopSignals.listen(output.err());
                DataSplit data = Activity.during(output, plan.quiet(), "looking at the images",
                        () -> RunData.open(asked.data(), asked.images(), asked.splits()))) {
            RunConfig fitting = named(() -> checked(rising(withBatchOf(asked, data.train().size()), data), data));
            RunNetwork own = own(fitting, data);
            Model model = own == null ? fitting.start().applyTo(
                    RunData.model(fitting.model(), fitting.stem(), data.train())) : own.model();
            RunConfig config = withTeacher(named(() -> {
                checkGraphs(fitting, model);
                return plan.resumed() == null ? fitting.withStart(fitting.start().checked(model)) : fitting;
            }));
            if (!plan.quiet()) {
                output.fact("data", RunData.describe(config.data(), data));
                if (!data.skipped().isEmpty()) {
                    output.fact("skipped", data.skipped().size() + " images, listed in skipped.txt: "
                            + data.skipped().getFirst());
                }
                if (own == null) {
                    Models.stem(config.model(), model.height(), model.width(), config.stem())
                            .ifPresent(stem -> output.fact("stem", stem(config, stem)));
                }
                if (!config.start().text().isEmpty()) {
                    output.fact("init", config.start().text());
                }
                if (config.training().distillation().isActive()) {
                    output.fact("distilled", config.training().distillation().text()
                            + (config.teacher() == null ? "" : ", teacher " + config.teacher().path()));
                }
                config.start().warning().ifPresent(warning -> output.err().println("gatun: " + warning));
            }
            try (Device device = Devices.open(
                            config.device(), config.threads(), config.memory(), config.emulation());
                    ProcessGroup group = plan.launched() == null ? null : joined(plan.launched(), device, config, data);
                    RunLock _ = plan.resumed() == null || plan.finder() != null || follows() ? null
                            : folder(config).lock();
                    LoadedCheckpoint checkpoint = plan.resumed() == null ? null
                            : plan.resumed().open(this::passOver).orElse(null);
                    Trainer trainer = Activity.during(output, plan.quiet(), "compiling " + config.model(),
                            () -> trainer(config, model, data, device, normalization(own, checkpoint),
                                    checkpoint, group))) {
                if (checkpoint != null) {
                    trainer.restore(checkpoint);
                    if (plan.finder() == null && !follows()) {
                        passedOver.forEach(folder(config).checkpoints()::setAside);
                    }
                    LostKernels.warning(Trainer.choices(checkpoint), trainer.choices())
                            .ifPresent(output.err()::println);
                } else if (plan.network() != null) {
                    plan.network().load(trainer);
                } else if (config.hasNetwork()) {
                    RunNetwork.load(folder(config), config.network(), trainer);
                } else if (config.start().weights() != null) {
                    WeightsReport report = config.start().weights().load(trainer);
                    if (!plan.quiet()) {
                        output.fact("weights", report.file() + ": " + report.text());
                    }
                }
                if (group != null && follows()) {
                    return follow(config, data, trainer, signals, group);
                }
                return plan.finder() == null ? train(config, data, device, trainer, signals, group)
                        : find(plan.finder(), trainer, signals);
            }
        }
    }

    /** Whether another rank writes what there is to be written. */
    private boolean follows() {
        return plan.launched() != null && !plan.launched().isFirst();
    }

    private ProcessGroup joined(RankStart launched, Device device, RunConfig config, DataSplit data) {
        int ranks = launched.environment().size();
        ProcessGroup group = Activity.during(output, plan.quiet(), "waiting for " + ranks + " ranks",
                () -> launched.join(device.memory(), output.err()));
        boolean complete = false;
        try {
            RankStart.agree(group, config, data);
            if (!plan.quiet()) {
                output.fact("ranks", ranks + " by " + group.transport().name() + ", each "
                        + (config.training().batchSize() % ranks == 0 ? "" : "about ")
                        + config.training().batchSize() / ranks + " of a batch of " + config.training().batchSize());
            }
            complete = true;
            return group;
        } finally {
            if (!complete) {
                group.close();
            }
        }
    }

    /** The run of a rank that writes nothing. */
    private ExitCode follow(
            RunConfig config, DataSplit data, Trainer trainer, StopSignals signals, ProcessGroup group) {
        signals.onStop(trainer::requestStop);
        new FollowingRank(trainer, group, output.err(), plan.stopAfterSteps()).run();
        if (!trainer.progress().isComplete()) {
            return ExitCode.INTERRUPTED;
        }
        Results.measureOtherwise(config, data, trainer);
        return ExitCode.OK;
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
        training.plan(config.trainImages(), Share.ALL).stages()
                .forEach(stage -> checkLastBatch(training, stage, model));
        try {
            training.fineTuning().check(graph);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--freeze or --group: " + e.getMessage(), e);
        }
        try {
            MixedPrecision.of(graph, training.precision());
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--precision-exceptions: " + e.getMessage(), e);
        }
    }

    private static void checkLastBatch(TrainingOptions training, Rounds stage, Model model) {
        int rest = stage.size(stage.count() - 1);
        if (rest < stage.batchSize()) {
            try {
                model.graph(rest);
            } catch (IllegalArgumentException e) {
                throw CliException.usage("--batch-size " + training.batchSize()
                        + (stage.batchSize() > training.batchSize() ? ", grown to " + stage.batchSize() + "," : "")
                        + " leaves a last batch of " + rest + " of " + stage.examples() + " images: " + e.getMessage()
                        + ", or add --drop-last");
            }
        }
    }

    /** Under a rising learning rate, where one is looked for. */
    private RunConfig rising(RunConfig config, DataSplit data) {
        return plan.finder() == null ? config
                : config.withTraining(plan.finder().options(config.training(), data.train().size()));
    }

    private ExitCode find(LearningRateFinder finder, Trainer trainer, StopSignals signals) {
        signals.onStop(() -> {
            stopRequested = true;
            trainer.requestStop();
        });
        LearningRateCurve curve = finder.run(trainer);
        if (stopRequested) {
            output.err().println("gatun: stopped after step " + curve.size() + " of " + finder.steps()
                    + ": no learning rate was found");
            return ExitCode.INTERRUPTED;
        }
        new RateSearch(finder, curve).report(output, plan.json());
        return ExitCode.OK;
    }

    /** A batch is as large as all images together at most. */
    private RunConfig withBatchOf(RunConfig config, int images) {
        int batch = config.training().batchSize();
        if (batch <= images || plan.resumed() != null) {
            return config;
        }
        if (!plan.quiet()) {
            output.err().println("gatun: --batch-size " + batch + " is more than the " + images
                    + " training images: a batch is all " + images);
        }
        return config.withTraining(config.training().withBatchSize(images));
    }

    private RunConfig checked(RunConfig config, DataSplit data) {
        int images = data.train().size();
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

    /** With the checkpoint of the teacher that is read, which has to be the same where a run goes on. */
    private static RunConfig withTeacher(RunConfig config) {
        RunTeacher teacher = config.teacher();
        return teacher == null ? config : config.withTeacher(teacher.checked());
    }

    /** The network that a run trains in place of one of the zoo; null where it trains one of these. */
    private @Nullable RunNetwork own(RunConfig config, DataSplit data) {
        RunNetwork own = plan.network() != null ? plan.network().network()
                : config.hasNetwork() ? RunNetwork.read(Objects.requireNonNull(plan.resumed()).folder()) : null;
        if (own != null) {
            own.checkFits(data.train());
        }
        return own;
    }

    /** @param normalization that of the images before; null where it is measured */
    private static Trainer trainer(
            RunConfig config, Model model, DataSplit data, Device device, @Nullable Normalization normalization,
            @Nullable LoadedCheckpoint checkpoint, @Nullable ProcessGroup group) {
        CompileOptions compile = CompileOptions.measured().withConvolution(config.convolution());
        TrainingOptions options = withAugmentation(config, data).withCompile(
                checkpoint == null ? compile : compile.withRecorded(Trainer.choices(checkpoint)));
        Normalization known = normalization == null ? Trainer.normalization(data) : normalization;
        try {
            return new Trainer(model, data, device, options, known,
                    config.teacher() == null ? null : config.teacher().read(data.train(), known), group);
        } catch (IllegalArgumentException e) {
            if (options.distillation().isActive()) {
                throw new CliException(ExitCode.USAGE, "--distill: " + e.getMessage(), e);
            }
            if (group != null) { // options that do not go with several ranks, or with so many
                throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
            }
            throw e;
        }
    }

    /** The options with what the configuration's words mean for these images. */
    private static TrainingOptions withAugmentation(RunConfig config, DataSplit data) {
        TrainingOptions options = config.training();
        try {
            options.classification().weights().of(data.train());
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--class-weights: " + e.getMessage(), e);
        }
        try {
            AugmentationNames.Parsed augmentation = config.augment().of(data.train());
            return options.withAugmentations(augmentation.steps())
                    .withClassification(options.classification().withMixing(augmentation.mixing()));
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--augment: " + e.getMessage(), e);
        }
    }

    private static @Nullable Normalization normalization(
            @Nullable RunNetwork own, @Nullable LoadedCheckpoint checkpoint) {
        if (checkpoint == null) {
            return own == null ? null : own.input().normalization();
        }
        try {
            return ImageInput.of(TaskDescription.read(checkpoint)).normalization();
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path() + ": " + e.getMessage() + "; use a checkpoint of this run",
                    e);
        }
    }

    /** Whether a run is resumed for more epochs than it was to have. */
    private boolean isExtended() {
        return plan.resumed() != null
                && plan.resumed().config().training().epochs() < plan.config().training().epochs();
    }

    private ExitCode train(
            RunConfig config, DataSplit data, Device device, Trainer trainer, StopSignals signals,
            @Nullable ProcessGroup group) {
        RunFolder folder = folder(config);
        if (group != null) {
            RankStart.share(group, folder.path());
        }
        if (plan.resumed() != null) {
            if (isExtended()) {
                folder.writeConfig(config.toJson());
                folder.addToRecipe("# after step " + trainer.progress().step() + " made longer: --resume RUN --epochs "
                        + config.training().epochs());
            }
            return train(config, data, device, trainer, signals, folder);
        }
        try (RunLock _ = folder.lock()) {
            RunManifest.of(data).write(folder);
            RunConfig whole = plan.network() == null ? config : config.withNetwork(plan.network().write(folder));
            folder.writeConfig(whole.toJson());
            folder.writeSkipped(data.skipped());
            folder.writeRecipe(plan.network() == null ? RecipeFile.lines(plan.options(), config)
                    : List.of("# " + plan.command()));
            return train(whole, data, device, trainer, signals, folder);
        }
    }

    private RunReport report(RunConfig config, DataSplit data, Device device, Trainer trainer, RunFolder folder) {
        return new RunReport(folder, trainer, data.watched(), split(data), config.classes(),
                ReportFacts.of(config, plan.command(), device));
    }

    private ExitCode train(RunConfig config, DataSplit data, Device device, Trainer trainer, StopSignals signals,
            RunFolder folder) {
        if (!plan.quiet()) {
            output.fact("model", config.model() + ": " + Results.parameters(trainer) + " parameters");
            output.fact("device", Devices.describe(device));
            if (config.training().growth().isActive()) {
                output.fact("batches", "of " + trainer.epochs().text());
            }
            output.fact("run", folder.path() + resumedFrom(trainer));
        }
        if (plan.explain()) {
            ExplainTable.lines(trainer.program()).forEach(output.out()::println);
        }
        RankStart.point(folder);
        Display display = Display.of(output, plan.quiet(), split(data));
        try (RunProfile profile =
                        plan.profiledSteps() == 0 ? null : new RunProfile(trainer, folder, plan.profiledSteps());
                RunRecorder recorder = recorder(
                        config, data, device, trainer, folder, display, profile)) {
            recorder.saver().prepare();
            signals.onStop(() -> {
                stopRequested = true;
                trainer.requestStop();
                output.err().println((output.isTerminal() ? "\n" : "")
                        + "gatun: stopping after this batch; again to stop at once");
            });
            boolean finishedBefore = trainer.progress().isComplete();
            try {
                if (!plan.trainsLater()) {
                    trainer.run(recorder);
                }
            } catch (RuntimeException | Error e) {
                display.clear();
                recorder.saver().rescue(e);
                throw e;
            }
            display.clear();
            if (!finishedBefore) {
                recorder.saver().saveLast();
            }
            String profiled = profile == null ? "" : profile.finish();
            if (!finishedBefore && !plan.trainsLater()) {
                recorder.finish(); // without an epoch it would lose what the last one had shown
            }
            if (!profiled.isEmpty() && !plan.quiet()) {
                output.fact("profile", profiled);
            }
        }
        if (!trainer.progress().isComplete() && !plan.trainsLater()) {
            output.err().println("gatun: stopped after step " + trainer.progress().step() + " of "
                    + trainer.progress().steps() + "; checkpoint " + RunRecorder.latest(folder)
                    + "; go on with: java/bin/gatun train --resume " + folder.path());
            return ExitCode.INTERRUPTED;
        }
        return finish(config, data, trainer, folder);
    }

    private RunRecorder recorder(RunConfig config, DataSplit data, Device device, Trainer trainer, RunFolder folder,
            Display display, @Nullable RunProfile profile) {
        RunSaver saver = new RunSaver(trainer, folder, plan.saving(), output.err(), device.memory(), profile);
        return new RunRecorder(trainer, folder, plan.with(config), display, split(data), saver, profile,
                report(config, data, device, trainer, folder));
    }

    /** What epochs are evaluated on. */
    private static String split(DataSplit data) {
        return data.validation() == null ? "test" : "validation";
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
        return trainer.progress().stoppedEarly()
                ? ": finished, it stopped early after epoch " + trainer.progress().epoch()
                : trainer.progress().isComplete()
                ? ": finished, all " + trainer.progress().epochs() + " epochs are done"
                : ": goes on after step " + trainer.progress().step() + " of " + trainer.progress().steps();
    }

    private ExitCode finish(RunConfig config, DataSplit data, Trainer trainer, RunFolder folder) {
        Optional<Results> measured = measured(config, data, trainer, folder);
        if (measured.isEmpty()) {
            output.err().println("gatun: stopped; the run is finished, nothing was lost");
            return ExitCode.INTERRUPTED;
        }
        Results found = measured.get();
        results = found.toJson();
        plan.json().write(results);
        if (!plan.quiet()) {
            found.summary().forEach(output::fact);
            output.fact("saved", RunRecorder.latest(folder));
            if (!plan.trainsLater()) {
                output.fact("report", folder.path().resolve(RunReport.PAGE).toString());
            }
        }
        return ExitCode.OK;
    }

    private Optional<Results> measured(RunConfig config, DataSplit data, Trainer trainer, RunFolder folder) {
        Display display = Display.of(output, plan.quiet(), split(data));
        try {
            return Results.of(config, data, trainer, folder, (done, all, _) -> {
                display.evaluated(done, all);
                return !stopRequested;
            }, damage -> {
                display.clear();
                output.err().println("gatun: the best epoch is not measured: " + damage.getMessage());
            });
        } finally {
            display.clear();
        }
    }
}
