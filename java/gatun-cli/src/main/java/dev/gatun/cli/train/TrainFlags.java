package dev.gatun.cli.train;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.cli.option.Augment;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.RankOptions;
import dev.gatun.cli.option.Recipe;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RankStart;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.run.RunImages;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.run.RunSplits;
import dev.gatun.cli.run.RunStart;
import dev.gatun.cli.run.RunWeights;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.data.BadImages;
import dev.gatun.data.ColorMode;
import dev.gatun.data.LastBatch;
import dev.gatun.dist.launch.LaunchEnvironment;
import dev.gatun.io.CheckpointWriter;
import dev.gatun.model.Models;
import dev.gatun.nn.init.Initialization;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.Wrappers;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.WeightsPart;
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.train.monitor.EarlyStopping;
import dev.gatun.train.search.LearningRateFinder;
import dev.gatun.train.task.ClassificationOptions;
import dev.gatun.train.tune.FineTuning;
import dev.gatun.train.tune.ParameterRule;
import dev.gatun.update.Clipping;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.L1;
import dev.gatun.update.Scheduled;
import dev.gatun.update.StateStorage;
import dev.gatun.update.WithMomentum;
import dev.gatun.update.rule.OptimizerPreset;
import dev.gatun.update.rule.UpdateRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.OptionSpec;

/** Checks the options of {@code train}, and completes them with defaults. */
public record TrainFlags(TrainCommand flags) {
    /** What goes with {@code --resume}: nothing here decides the model. */
    private static final Set<String> WITH_RESUME =
            Set.of("--resume", "--epochs", "--json", "--explain", "--profile", "--tensorboard", "--quiet", "--trace",
                    "--checkpoint-async", "--stop-after-steps", "--transport", "--rank-timeout");

    /** Returns whether an option may stand beside {@code --resume}. */
    public static boolean goesWithResume(OptionSpec option) {
        return WITH_RESUME.contains(option.longestName());
    }

    RunPlan plan() {
        RunLocation resumed = null;
        if (flags.resume != null) {
            refuseOtherFlags();
            resumed = RunLocation.toResume(flags.resume);
        }
        if (flags.seeds != null && (flags.seed != null || flags.findRate != null)) {
            throw CliException.usage("--seeds does not go with " + (flags.seed != null ? "--seed" : "--find-lr")
                    + ": leave one out");
        }
        RunConfig config = resumed == null ? config() : extended(resumed.config());
        RankStart launched = launched();
        boolean follows = launched != null && !launched.isFirst();
        return new RunPlan(config, flags.out, resumed, null,
                new ResultFile(follows ? null : flags.json, flags.output.out()),
                flags.explain && !follows, flags.quiet || follows,
                flags.checkpointAsync ? CheckpointWriter.Mode.BACKGROUND : CheckpointWriter.Mode.BLOCKING,
                flags.stopAfterSteps, follows ? 0 : Flags.atLeast("--profile", 1, flags.profile, 0), given(),
                finder(),
                TypedCommand.of(flags.spec),
                flags.tensorboard && !follows ? RunEvents.Wish.WRITTEN : RunEvents.Wish.NONE, launched);
    }

    private @Nullable RankStart launched() {
        RankStart launched = flags.environment.filter(each -> each.size() > 1)
                .map(each -> new RankStart(each, flags.ranks.group())).orElse(null);
        if (launched != null && (flags.findRate != null || flags.seeds != null)) {
            throw CliException.usage((flags.findRate != null ? "--find-lr" : "--seeds")
                    + " is for one process: start it without " + launched.environment().launcher());
        }
        return launched;
    }

    private int numberOfRanks() {
        return flags.environment.map(LaunchEnvironment::size).orElse(1);
    }

    /** As many as there are processors, shared with the other ranks of this machine. */
    private int threads() {
        int ranksHere = flags.environment.map(LaunchEnvironment::localSize).orElse(1);
        return flags.compute.threads(ranksHere);
    }

    private @Nullable LearningRateFinder finder() {
        return flags.findRate == null ? null
                : LearningRateFinder.defaults().withSteps(Flags.atLeast("--find-lr", 10, flags.findRate, 0));
    }

    /** The same, or with more epochs. */
    private RunConfig extended(RunConfig config) {
        if (flags.epochs == null || flags.epochs == config.training().epochs()) {
            return config;
        }
        int before = config.training().epochs();
        if (flags.epochs < before) {
            throw CliException.usage("--epochs " + flags.epochs + " is less than the " + before
                    + " of the run, which can only be made longer: give more, or start a new run");
        }
        return config.withTraining(config.training().withEpochs(flags.epochs));
    }

    private List<OptionSpec> given() {
        return Objects.requireNonNull(flags.spec).commandLine().getParseResult().matchedOptions();
    }

    private void refuseOtherFlags() {
        for (OptionSpec option : given()) {
            if (!goesWithResume(option)) {
                throw CliException.usage(option.longestName()
                        + " does not go with --resume: the run goes on with its own"
                        + " options; leave it out, or start a new run");
            }
        }
    }

    private RunConfig config() {
        String model = Flags.model(flags.model);
        String device = flags.compute.device();
        Recipe recipe = Recipe.of(model);
        String data = flags.data == null ? RunConfig.DIGITS : RunData.name(flags.data);
        return new RunConfig(model, Flags.stem(flags.stem, model), start(model), "", flags.teacher, data,
                new RunImages(Flags.imageSize(flags.imageSize), flags.color == null ? ColorMode.AUTO : flags.color,
                        flags.skipBad ? BadImages.SKIP : BadImages.REFUSE),
                splits(), 0, List.of(),
                training(recipe),
                flags.augment == null ? Augment.AUTO : flags.augment,
                device, threads(), flags.memory == null ? 0 : flags.memory.bytes(),
                flags.precision.emulation(),
                flags.convolution == null ? ConvolutionMethod.AUTO : flags.convolution,
                Flags.atLeast("--checkpoint-every", 1, flags.checkpointEvery, 0));
    }

    private RunSplits splits() {
        return new RunSplits(Flags.atLeast("--limit", 1, flags.limit, 0),
                Flags.atLeast("--test-limit", 1, flags.testLimit, 0),
                flags.validation == null ? RunSplits.ALL.validation() : flags.validation);
    }

    private ClassificationOptions classification() {
        Double smoothing = Flags.fromZeroToOne("--label-smoothing", flags.labelSmoothing);
        Double penalty = Flags.atLeastZero("--confidence-penalty", flags.confidencePenalty);
        ClassificationOptions defaults = ClassificationOptions.DEFAULTS;
        return defaults.withLabelSmoothing(smoothing == null ? 0 : smoothing)
                .withConfidencePenalty(penalty == null ? 0 : penalty)
                .withWeights(flags.classWeights == null ? defaults.weights() : flags.classWeights)
                .withSampling(flags.sampling == null ? defaults.sampling() : flags.sampling);
    }

    private Distillation distillation() {
        Distillation asked = flags.distill;
        if (asked == null) {
            return flags.teacher == null ? Distillation.NONE : Distillation.SOFT_LABELS;
        }
        if (asked.needsTeacher() && flags.teacher == null) {
            throw CliException.usage("--distill " + asked.text() + " needs a teacher: add --teacher RUN");
        }
        if (!asked.needsTeacher() && flags.teacher != null) {
            throw CliException.usage("--distill " + asked.text() + " learns from no teacher: leave out --teacher, or"
                    + " name"
                    + " a method such as kd:t=4");
        }
        return asked;
    }

    private EarlyStopping earlyStopping() {
        EarlyStopping stopping = flags.earlyStopping == null ? EarlyStopping.NEVER : flags.earlyStopping;
        return flags.monitor == null ? stopping : stopping.withMonitor(flags.monitor);
    }

    private FineTuning fineTuning(Hyperparameters numbers) {
        List<ParameterRule> rules = flags.groups == null ? List.of() : flags.groups;
        for (ParameterRule rule : rules) {
            if (rule.weightDecay().orElse(0) != 0 && !numbers.hasWeightDecay()) {
                throw CliException.usage("--group " + rule.text() + " does not go with --optimizer "
                        + numbers.optimizerName() + ", which has no weight decay: leave it out");
            }
        }
        try {
            rules.forEach(rule -> rule.applyTo(numbers));
            return new FineTuning(flags.freeze == null ? List.of() : flags.freeze, rules);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, (rules.isEmpty() ? "--freeze: " : "--freeze or --group: ")
                    + e.getMessage(), e);
        }
    }

    private RunStart start(String model) {
        if (flags.zeroLastGamma && !Models.hasLastGamma(model)) {
            throw CliException.usage("--zero-last-gamma does not go with --model " + model
                    + ", which has no residuals that end in a normalisation: leave it out");
        }
        return new RunStart(flags.init == null ? Initialization.DEFAULT : flags.init,
                flags.zeroLastGamma ? RunStart.LastGamma.ZERO : RunStart.LastGamma.ONE, weights());
    }

    private @Nullable RunWeights weights() {
        if (flags.weights == null) {
            if (flags.weightsPart != null) {
                throw CliException.usage("--weights-part says what of --weights has to fit: add --weights FILE, or"
                        + " leave it out");
            }
            return null;
        }
        return new RunWeights(RunData.name(flags.weights),
                flags.weightsPart == null ? WeightsPart.WHOLE : flags.weightsPart, "");
    }

    private TrainingOptions training(Recipe recipe) {
        Hyperparameters optimizer = optimizer(recipe);
        int epochs = Flags.atLeast("--epochs", 1, flags.epochs, recipe.epochs(flags.data == null));
        return TrainingOptions.defaults().withEpochs(epochs)
                .withBatchSize(flags.ranks.batchSize(flags.batchSize, recipe.batchSize(), numberOfRanks()))
                .withParallel(flags.ranks.parallel())
                .withLastBatch(flags.dropLast ? LastBatch.DROP : LastBatch.KEEP)
                .withGrowth(growth(epochs))
                .withAccumulate(Flags.atLeast("--accumulate", 1, flags.accumulate, 1))
                .withDistillation(distillation())
                .withSparsity(flags.sparsity).withWrappers(wrappers(epochs)).withClassification(classification())
                .withEarlyStopping(earlyStopping()).withFineTuning(fineTuning(optimizer))
                .withSeed(flags.seed == null ? Recipe.DEFAULT_SEED : flags.seed)
                .withOptimizer(optimizer).withOptimizerOptions(optimizerOptions())
                .withPrecision(flags.precision.policy())
                .withSchedules(new ScheduleFlags(flags).schedules(recipe, optimizer));
    }

    private BatchGrowth growth(int epochs) {
        BatchGrowth growth = flags.growBatch == null ? BatchGrowth.NONE : flags.growBatch;
        try {
            growth.check(epochs);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--grow-batch " + growth.text() + ": " + e.getMessage(), e);
        }
        return growth;
    }

    /** What was asked for; in f16 gradients need one. */
    private LossScaling lossScaling() {
        if (flags.lossScale == null) {
            return flags.precision.lossScaling();
        }
        if (flags.precision.policy().precision().needsLossScaling() && flags.lossScale.equals(LossScaling.NONE)) {
            throw CliException.usage(
                    "--loss-scale none does not go with --precision f16, in which small gradients are zero:"
                    + " leave it out");
        }
        return flags.lossScale;
    }

    private Hyperparameters optimizer(Recipe recipe) {
        Hyperparameters numbers = flags.optimizer == null ? recipe.optimizer() : recipe.optimizer(flags.optimizer);
        Double momentum = Flags.fromZeroToOne("--momentum", flags.momentum);
        if (momentum != null) {
            if (!(numbers instanceof WithMomentum rule)) {
                throw CliException.usage("--momentum is for " + String.join(", ", withMomentum()) + ", not for "
                        + numbers.optimizerName() + ": leave it out, or add --optimizer sgd");
            }
            numbers = rule.withAnyMomentum(momentum);
        }
        Double rate = Flags.aboveZero("--lr", flags.learningRate);
        Double decay = Flags.atLeastZero("--weight-decay", flags.weightDecay);
        if (decay != null && decay != 0 && !numbers.hasWeightDecay()) {
            throw CliException.usage("--weight-decay does not go with --optimizer " + numbers.optimizerName()
                    + ", which has none: leave it out");
        }
        Flags.states(flags.states, numbers);
        return withL1(scaled(with(numbers, rate, decay)));
    }

    private Hyperparameters scaled(Hyperparameters numbers) {
        RankOptions.RateScaling scaling = flags.ranks.scaling();
        return scaling == null ? numbers
                : with(numbers, numbers.learningRate() * scaling.factor(numberOfRanks()), null);
    }

    private static List<String> withMomentum() {
        return UpdateRules.PRESETS.stream().filter(preset -> preset.numbers() instanceof WithMomentum)
                .map(OptimizerPreset::name).toList();
    }

    private Hyperparameters withL1(Hyperparameters numbers) {
        Double weight = Flags.atLeastZero("--l1", flags.l1);
        if (weight == null) {
            if (flags.l1Method != null) {
                throw CliException.usage("--l1-method says how --l1 acts: add --l1 1e-5, or leave it out");
            }
            return numbers;
        }
        if (!numbers.hasL1()) {
            throw CliException.usage("--l1 does not go with --optimizer " + numbers.optimizerName()
                    + ", which has no L1 term: leave it out");
        }
        return numbers.with(flags.l1Method == null ? L1.SUBGRADIENT : flags.l1Method, weight);
    }

    private StateStorage states() {
        return flags.states == null ? StateStorage.F32 : flags.states;
    }

    private Wrappers wrappers(int epochs) {
        if (flags.swa != null && flags.swa.start() > epochs) {
            throw CliException.usage("--swa " + flags.swa.start() + " begins after the last of " + epochs
                    + " epochs: begin earlier, or raise --epochs");
        }
        if (flags.sam != null && flags.accumulate != null && flags.accumulate > 1) {
            throw CliException.usage("--sam goes over one batch twice: leave out --accumulate, or --sam");
        }
        if (flags.swa != null && flags.ema != null) {
            throw CliException.usage("--swa does not go with --ema, one average is evaluated: leave one out");
        }
        if (flags.lookahead != null && flags.ema != null) {
            throw CliException.usage(
                    "--lookahead does not go with --ema: the weights move after they were averaged; leave one out");
        }
        return new Wrappers(flags.lookahead, flags.sam, flags.swa);
    }

    private OptimizerOptions optimizerOptions() {
        Double value = Flags.aboveZero("--clip-value", flags.clipValue);
        Double average = Flags.fromZeroToOne("--ema", flags.ema);
        return OptimizerOptions.NONE.withClipping(clipping()).withClipValue(value == null ? 0 : value)
                .withAverageDecay(average == null ? 0 : average)
                .withStates(states()).withLossScaling(lossScaling());
    }

    private Clipping clipping() {
        List<Clipping> chosen = new ArrayList<>();
        add(chosen, "--clip-norm", flags.clipNorm, Clipping.GlobalNorm::new);
        add(chosen, "--clip-tensor-norm", flags.clipTensorNorm, Clipping.TensorNorm::new);
        add(chosen, "--clip-ratio", flags.clipRatio, Clipping.Adaptive::new);
        add(chosen, "--clip-weight-norm", flags.clipWeightNorm, Clipping.WeightNorm::new);
        if (chosen.size() > 1) {
            throw CliException.usage(
                    "--clip-norm, --clip-tensor-norm, --clip-ratio and --clip-weight-norm do not go together:"
                    + " choose one");
        }
        return chosen.isEmpty() ? new Clipping.None() : chosen.getFirst();
    }

    private static void add(
            List<Clipping> chosen, String flag, @Nullable Double bound, DoubleFunction<Clipping> clipping) {
        Double valid = Flags.aboveZero(flag, bound);
        if (valid != null) {
            chosen.add(clipping.apply(valid));
        }
    }

    private static Hyperparameters with(Hyperparameters numbers, @Nullable Double rate, @Nullable Double decay) {
        Hyperparameters rated = rate == null ? numbers : numbers.with(Scheduled.LEARNING_RATE, rate);
        return decay == null || !rated.hasWeightDecay() ? rated : rated.with(Scheduled.WEIGHT_DECAY, decay);
    }
}
