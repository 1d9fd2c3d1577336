package dev.gatun.cli.train;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.cli.option.Augment;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ComputeOptions;
import dev.gatun.cli.option.MemorySize;
import dev.gatun.cli.option.PrecisionOptions;
import dev.gatun.cli.option.RankOptions;
import dev.gatun.cli.option.ShortHelp;
import dev.gatun.cli.run.RunTeacher;
import dev.gatun.cli.terminal.Output;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.compress.sparse.SparsityOptions;
import dev.gatun.data.ColorMode;
import dev.gatun.data.Validation;
import dev.gatun.dist.launch.LaunchEnvironment;
import dev.gatun.io.RunFolder;
import dev.gatun.model.Stem;
import dev.gatun.nn.init.Initialization;
import dev.gatun.optim.Lookahead;
import dev.gatun.optim.LossScaling;
import dev.gatun.optim.SharpnessAware;
import dev.gatun.optim.StochasticAverage;
import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.StepCount;
import dev.gatun.train.WeightsPart;
import dev.gatun.train.epoch.BatchGrowth;
import dev.gatun.train.monitor.EarlyStopping;
import dev.gatun.train.monitor.Monitor;
import dev.gatun.train.task.ClassWeights;
import dev.gatun.train.task.ClassificationOptions.Sampling;
import dev.gatun.train.tune.ParameterRule;
import dev.gatun.update.L1;
import dev.gatun.update.StateStorage;
import dev.gatun.update.rule.OptimizerPreset;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code gatun train}. */
@Command(name = TrainCommand.NAME, sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Trains a model and keeps the run in a folder, from which it can be resumed.",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  gatun train", "  gatun train --data ~/mnist --epochs 10 --output runs/mnist",
            "  gatun train --model resnet18 --data ~/cifar10.zip --threads 8",
            "  gatun train --model resnet50 --data ~/photographs --image-size 224",
            "  gatun train --model resnet18 --data ~/flowers --weights resnet18.safetensors --weights-part body",
            "  gatun train --model resnet18 --data ~/flowers --weights resnet18.safetensors --weights-part body"
                    + " --freeze '!fc.*'",
            "  gatun train --data ~/flowers --validation 10%% --early-stopping 5",
            "  gatun train --resume runs/mnist", "  gatun train --resume runs/mnist --epochs 20",
            "", "Data is a folder or zip archive with MNIST's four IDX files (.gz or not), or with",
            "train/<class>/*.jpg and test/<class>/*.jpg: JPEG, PNG, BMP, GIF or TIFF, by their content.",
            "A folder val beside them holds images for validation.", "",
            "Ctrl-C stops after the current batch, saves a checkpoint and says how to go on; again, it stops at once.",
            "When the loss is not finite the run ends, and its checkpoints stay as they were."})
public final class TrainCommand implements Callable<Integer> {
    /** The name of the command. */
    public static final String NAME = "train";

    /** What {@code --help} shows; {@code --help-all} shows the others too. */
    public static final Set<String> ESSENTIAL = Set.of("--model", "--data", "--image-size", "--limit", "--epochs",
            "--batch-size", "--optimizer", "--lr", "--schedule", "--augment", "--validation", "--early-stopping",
            "--weights", "--threads", "--seed", "--output", "--resume", "--json",
            "--profile", "--tensorboard", "--quiet", "--help", ShortHelp.ALL);

    final Output output;

    @Spec
    @Nullable CommandSpec spec;

    @Option(names = "--model", paramLabel = "NAME",
            description = "The model, one of those that \"gatun models\" lists (default: lenet).")
    @Nullable String model;

    @Option(names = "--stem", paramLabel = "auto|standard|small",
            description = "Whether the model begins as for photographs or as for small images"
                    + " (default: small below 64x64).")
    @Nullable Stem stem;

    @Option(names = "--init", paramLabel = "SCHEME",
            description = "How weights begin: default, as the model says; xavier-uniform, xavier-normal,"
                    + " kaiming-uniform, kaiming-normal, orthogonal, each with :gain=G; the kaiming ones also with"
                    + " mode=fan_out; truncated-normal:std=0.02; constant:value=0.1. Biases begin as the model says.")
    @Nullable Initialization init;

    @Option(names = "--zero-last-gamma",
            description = "Begin with a scale of zero in the last normalisation of each residual, as torchvision's"
                    + " zero_init_residual.")
    boolean zeroLastGamma;

    @Option(names = "--weights", paramLabel = "FILE",
            description = "Begin with these weights: a state_dict that PyTorch, torchvision or timm saved as"
                    + " safetensors (default: random ones).")
    @Nullable Path weights;

    @Option(names = "--weights-part", paramLabel = "whole|body|matching",
            description = "What of it has to fit: every tensor; every one but those of the last layer, which begins"
                    + " anew; or one at least, with a list of what does not (default: whole).")
    @Nullable WeightsPart weightsPart;

    @Option(names = "--freeze", paramLabel = "PATTERN",
            description = "Keep the parameters of this name as they are; may be given several times. * stands for any"
                    + " characters, ? for one, [12] for one of these, {a,b} for one of these words, and a leading ! for"
                    + " all others: '!fc.*' trains the last layer only. \"gatun summary --model NAME\" lists names.")
    @Nullable List<String> freeze;

    @Option(names = "--group", paramLabel = "PATTERN:lr=R,weight-decay=W",
            description = "Learning rate, weight decay or both of the parameters of this name, in place of --lr and"
                    + " --weight-decay; schedules apply to them too. May be given several times: the first that matches"
                    + " a parameter decides.")
    @Nullable List<ParameterRule> groups;

    @Option(names = "--data", paramLabel = "PATH",
            description = "Data to train on (default: digits that the program draws).")
    @Nullable Path data;

    @Option(names = "--image-size", paramLabel = "N",
            description = "Resize each image so that its shorter side has N pixels, and keep the NxN pixels in the"
                    + " middle (default: images as they are, all of one size).")
    @Nullable Integer imageSize;

    @Option(names = "--color", paramLabel = "auto|rgb|grey",
            description = "Read images as RGB, where grey is repeated, or as grey, the luma of colour (default: auto,"
                    + " grey where all of them are, else RGB).")
    @Nullable ColorMode color;

    @Option(names = "--skip-bad",
            description = "Leave out images that are cut short, damaged or of another size than most, as far as that"
                    + " shows without decoding, and list them in skipped.txt of the run's folder (default: refuse"
                    + " them).")
    boolean skipBad;

    @Option(names = "--limit", paramLabel = "N",
            description = "Train on at most N images, those for validation included (default: all).")
    @Nullable Integer limit;

    @Option(names = "--test-limit", paramLabel = "N", description = "Test on at most N images (default: all).")
    @Nullable Integer testLimit;

    @Option(names = "--validation", paramLabel = "auto|none|SHARE|N",
            description = "Images that each epoch is evaluated on, so that schedules, early stopping and the best epoch"
                    + " never look at the test images: held out of the training images, of each class alike, such as"
                    + " 10%% or 500 (default: auto, those in a folder val beside train and test; without one the test"
                    + " images).")
    @Nullable Validation validation;

    @Option(names = "--epochs", paramLabel = "N",
            description = "Passes over the data (default: by model, see below). With --resume the run goes on until it"
                    + " has so many, under the schedule of a run of that length.")
    @Nullable Integer epochs;

    @Option(names = "--early-stopping", paramLabel = "EPOCHS[,delta=D]",
            description = "End the run after so many epochs that were not better, by more than D, than the best before"
                    + " (default: never). The run's folder then stands for its best epoch.")
    @Nullable EarlyStopping earlyStopping;

    @Option(names = "--monitor", paramLabel = "loss|accuracy",
            description = "What says which epoch is best; its checkpoint is kept (default: loss).")
    @Nullable Monitor monitor;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images in a batch (default: by model).")
    @Nullable Integer batchSize;

    @Option(names = "--grow-batch", paramLabel = "Nx@POINT,POINT[,lr=linear|sqrt|constant]",
            description = "Make batches N times as large at each of these points of the run, such as 2x@30%%,60%% or"
                    + " 2x@10epochs, where the next epoch begins; never larger than all images. The learning rate"
                    + " follows the batch, its square root, or only its schedule (default: one size; constant).")
    @Nullable BatchGrowth growBatch;

    @Option(names = "--accumulate", paramLabel = "N",
            description =
                    "Batches whose mean gradient makes one step; an epoch's last step takes those that are left "
                    + "(default:"
                    + " 1).")
    @Nullable Integer accumulate;

    @Option(names = "--drop-last",
            description =
                    "Leave out the images at the end of an epoch that do not fill a batch (default: train on them "
                    + "too).")
    boolean dropLast;

    @Option(names = "--optimizer", paramLabel = "RULE",
            description =
                    "The optimizer, one of those listed below (default: by model). Rprop is made for the whole data in "
                    + "one"
                    + " batch.")
    @Nullable OptimizerPreset optimizer;

    @Option(names = "--lr", paramLabel = "RATE", description = "The learning rate (default: by model and optimizer).")
    @Nullable Double learningRate;

    @Option(names = "--find-lr", paramLabel = "STEPS", arity = "0..1", fallbackValue = "100",
            description = "Only look for a learning rate: in so many steps it rises from 1e-7 to 10, and the loss of"
                    + " each is told; there is no run (alone: 100).")
    @Nullable Integer findRate;

    @Option(names = "--momentum", paramLabel = "M",
            description =
                    "Momentum of rules that have one: sgd and its variants, rmsprop, tiger, lars and muon; from 0 to"
                    + " below 1 (default: by optimizer).")
    @Nullable Double momentum;

    @Option(names = "--weight-decay", paramLabel = "W",
            description = "Decay of weights; biases and normalisation are left out (default: by model and optimizer).")
    @Nullable Double weightDecay;

    @Option(names = "--l1", paramLabel = "W",
            description =
                    "Weight of an L1 term, of the same weights as the decay; both are the elastic net (default: 0).")
    @Nullable Double l1;

    @Option(names = "--l1-method", paramLabel = "subgradient|proximal",
            description =
                    "How it acts: on the gradient, or by a soft threshold after the step, which makes weights exactly"
                    + " zero (default: subgradient).")
    @Nullable L1 l1Method;

    @Option(names = "--clip-norm", paramLabel = "N",
            description =
                    "Bound the norm of all gradients; a step on gradients that are not finite is left out (default: no"
                    + " bound).")
    @Nullable Double clipNorm;

    @Option(names = "--clip-tensor-norm", paramLabel = "N",
            description = "Bound the norm of each tensor's gradients instead (default: no bound).")
    @Nullable Double clipTensorNorm;

    @Option(names = "--clip-ratio", paramLabel = "R",
            description =
                    "Bound the ratio of each tensor's gradients to its weights instead, by their norms, such as 0.01"
                    + " (default: no bound).")
    @Nullable Double clipRatio;

    @Option(names = "--clip-weight-norm", paramLabel = "T",
            description =
                    "Bound the norm of each tensor's gradients by T / sqrt(norm of its weights) instead (default: no"
                    + " bound).")
    @Nullable Double clipWeightNorm;

    @Option(names = "--clip-value", paramLabel = "V",
            description = "Bound each gradient, on both sides (default: no bound).")
    @Nullable Double clipValue;

    @Option(names = "--ema", paramLabel = "DECAY",
            description = "Keep an average of the weights, such as 0.99, and evaluate with it (default: no average).")
    @Nullable Double ema;

    @Option(names = "--states", paramLabel = "f32|eight_bit",
            description = "How the optimizer's states are stored; eight_bit is for some, such as adamw (default: f32).")
    @Nullable StateStorage states;

    @Option(names = "--schedule", paramLabel = "SCHEDULE",
            description = "How the learning rate moves, see below (default: by model).")
    @Nullable RunSchedule schedule;

    @Option(names = "--warmup", paramLabel = "STEPS",
            description =
                    "Steps in which the learning rate rises first: 500, 5%% of the run or 2epochs (default: what the"
                    + " schedule has).")
    @Nullable StepCount warmUp;

    @Option(names = "--momentum-schedule", paramLabel = "SCHEDULE",
            description =
                    "How the momentum, or the first beta, moves (default: auto, with onecycle and cyclic as PyTorch's"
                    + " do, else constant).")
    @Nullable RunSchedule momentumSchedule;

    @Option(names = "--weight-decay-schedule", paramLabel = "SCHEDULE",
            description = "How the weight decay moves (default: constant).")
    @Nullable RunSchedule weightDecaySchedule;

    @Option(names = "--loss-scale", paramLabel = "SCALE",
            description =
                    "Scale the loss in the backward pass, by a number or as PyTorch's GradScaler does: none, 1024, "
                    + "dynamic or"
                    + " dynamic,initial=65536,growth=2,backoff=0.5,interval=2000,skips=50 (default: none). A step on "
                    + "gradients"
                    + " that are not finite is left out; more than so many skips in a row end the run.")
    @Nullable LossScaling lossScale;

    @Option(names = "--swa", paramLabel = "EPOCH[,RATE]",
            description =
                    "Average the weights after this and each later epoch (stochastic weight averaging), optionally at a"
                    + " learning rate of their own, and evaluate that average with batch statistics measured anew.")
    @Nullable StochasticAverage swa;

    @Option(names = "--lookahead", paramLabel = "STEPS[,SHARE]", arity = "0..1", fallbackValue = "5,0.5",
            description =
                    "Every so many steps, go back to slow weights that have come this share of the way (alone: 5,0.5).")
    @Nullable Lookahead lookahead;

    @Option(names = "--sam", paramLabel = "RADIUS[,adaptive]", arity = "0..1", fallbackValue = "0.05",
            description = "Step along the gradient at the sharpest weights near by: two passes a step (alone: 0.05).")
    @Nullable SharpnessAware sam;

    @Option(names = "--sparsity", paramLabel = "TEXT",
            description = "Keep the least important weights at zero, more and more of them while training, such as"
                    + " magnitude,sparsity=0.9,scope=global,from=10%%,to=60%%; by magnitude, taylor, snip, random,"
                    + " movement, or zeros: those that are zero at the start. No step is faster by it.")
    @Nullable SparsityOptions sparsity;

    @Option(names = "--augment", paramLabel = "NAMES",
            description = "Random changes of training images, in this order, such as"
                    + " resized-crop:min=0.2+flip+color:hue=0.1+mixup; see below (default: auto, by model and images).")
    @Nullable Augment augment;

    @Option(names = "--label-smoothing", paramLabel = "S",
            description = "Share of each label that is spread over all classes, such as 0.1 (default: 0).")
    @Nullable Double labelSmoothing;

    @Option(names = "--confidence-penalty", paramLabel = "W",
            description = "Weight of a penalty on distributions of low entropy, such as 0.1 (default: 0).")
    @Nullable Double confidencePenalty;

    @Option(names = "--teacher", paramLabel = "RUN|MODEL:FILE",
            description = "Learn from this classifier too: the folder of a run or of a checkpoint, or weights of a"
                    + " model"
                    + " in a safetensors file, such as resnet18:weights.safetensors. Classes are matched by name.")
    @Nullable RunTeacher teacher;

    @Option(names = "--distill", paramLabel = "METHODS",
            description = "What to learn from it, such as labels:weight=0.1+kd:t=4:weight=0.9, or from the network"
                    + " itself:"
                    + " kd, logits; of features hint, at, fsp, with layers=NAME,STUDENT>TEACHER; of relations"
                    + " rkd-distance, rkd-angle, sp, cc; self with layers=NAME, and mutual, without a teacher. A weight"
                    + " may move over the run: weight=1..0. The word cached computes the teacher once"
                    + " (default: labels:weight=0.1+kd:t=4:weight=0.9).")
    @Nullable Distillation distill;

    @Option(names = "--class-weights", paramLabel = "none|balanced|NAME=W,NAME=W",
            description = "What an image of each class counts for in the loss: the same; in inverse proportion to their"
                    + " number; or 1 but for the classes that are named (default: none).")
    @Nullable ClassWeights classWeights;

    @Option(names = "--sampling", paramLabel = "shuffled|balanced",
            description = "Which images an epoch has: each once, or as many, drawn so that each class is as likely as"
                    + " any other (default: shuffled).")
    @Nullable Sampling sampling;

    @Mixin
    final PrecisionOptions precision = new PrecisionOptions();

    @Option(names = "--convolution", paramLabel = "direct|f2|f4|auto",
            description =
                    "How 3x3 convolutions of stride 1 are computed in f32: by direct sums, by Winograd's F(2x2) or"
                    + " F(4x4), which round differently, or as is fastest here (default: auto).")
    @Nullable ConvolutionMethod convolution;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Option(names = "--memory", paramLabel = "SIZE",
            description = "The most off-heap memory to use, such as 500m or 4g (default: what the control group"
                    + " of the process leaves, else no limit).")
    @Nullable MemorySize memory;

    @Option(names = "--seed", paramLabel = "N", description = "Decides all random numbers of the run (default: 1).")
    @Nullable Long seed;

    @Option(names = "--seeds", paramLabel = "FIRST..LAST|N,N",
            description = "Train once with each of these seeds, each in a folder of its own within --output, and tell"
                    + " the mean and the spread of the results.")
    @Nullable SeedList seeds;

    @Option(names = "--checkpoint-every", paramLabel = "STEPS",
            description =
                    "Save a checkpoint every so many steps too (default: one per epoch). The last three are kept.")
    @Nullable Integer checkpointEvery;

    @Option(names = "--checkpoint-async",
            description = "Write checkpoints while the run goes on, from a copy in memory of all that they hold.")
    boolean checkpointAsync;

    @Option(names = "--output", paramLabel = "FOLDER",
            description = "Folder of the run, new or without a run (default: runs/<model>-<time>).")
    @Nullable Path out;

    @Option(names = "--resume", paramLabel = "RUN",
            description =
                    "Go on with an earlier run, or with one of its checkpoints, exactly as if it had never stopped."
                    + " Only --epochs, --json, --explain, --profile, --tensorboard, --quiet, --trace and"
                    + " --checkpoint-async go with it.")
    @Nullable Path resume;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the results of the complete run to this file; - for standard output.")
    @Nullable Path json;

    @Option(names = "--explain", description = "List the kernels of a step before training, with layouts and costs.")
    boolean explain;

    @Option(names = "--profile", paramLabel = "STEPS", arity = "0..1", fallbackValue = "20",
            description =
                    "Record each kernel of so many steps, after a few of warm-up, as trace.json and profile.jfr in the"
                    + " run's folder, for \"gatun profile RUN\", Perfetto and JDK Mission Control (alone: 20).")
    @Nullable Integer profile;

    @Option(names = "--tensorboard",
            description = "Write losses, accuracies and the learning rate for TensorBoard too, as an event file in the"
                    + " run's folder.")
    boolean tensorboard;

    @Option(names = {"-q", "--quiet"}, description = "Write nothing but faults.")
    boolean quiet;

    @Option(names = ShortHelp.ALL,
            description = "Show all options, what schedules and models there are, and exit.")
    boolean helpAll;

    @Option(names = "--stop-after-steps", hidden = true, description = "Stop as Ctrl-C does, after so many steps.")
    long stopAfterSteps;

    @Mixin
    final RankOptions ranks = new RankOptions();

    /** Which rank of several this process is. */
    final Optional<LaunchEnvironment> environment = LaunchEnvironment.ofThisProcess();

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public TrainCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        RunPlan plan = new TrainFlags(this).plan();
        if (seeds != null) {
            Path folder = out == null ? RunFolder.defaultPath(TrainingSession.RUNS, plan.config().model()) : out;
            return new SeedSweep(plan, seeds, folder, plan.json().beside(output)).run().number();
        }
        return new TrainingSession(plan, plan.json().beside(output)).run().number();
    }
}
