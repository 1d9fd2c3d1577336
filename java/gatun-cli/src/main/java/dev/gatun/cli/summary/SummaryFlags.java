package dev.gatun.cli.summary;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.ImageShape;
import dev.gatun.cli.option.Recipe;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.option.ZooSizes;
import dev.gatun.model.Architecture;
import dev.gatun.model.Stem;
import dev.gatun.model.ZooEntry;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.train.TrainingOptions;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.Rounding;
import dev.gatun.update.kernel.WeightStorage;
import org.jspecify.annotations.Nullable;

/** Checks the flags of {@code summary} and fills in what was left out. */
record SummaryFlags(SummaryCommand flags) {
    private static final ImageShape GREY = new ImageShape(1, 28, 28);

    SummaryPlan plan() {
        if (flags.model != null && flags.name != null) {
            throw CliException.usage("two models are named, " + flags.name + " and " + flags.model + ": leave one out");
        }
        ZooEntry network = Flags.network(flags.name == null ? flags.model : flags.name);
        String device = flags.compute.device();
        Recipe recipe = Recipe.of(network.name());
        Architecture model = model(network);
        TrainingOptions options = options(recipe);
        Flags.graph(model, options.batchSize());
        return new SummaryPlan(model, options, device, flags.compute.threads(),
                flags.memory == null ? 0 : flags.memory.bytes(), flags.precision.emulation(),
                new ResultFile(flags.json, flags.output.out()));
    }

    private Architecture model(ZooEntry network) {
        String name = network.name();
        refuseOtherFlags(network);
        ImageShape usual = name.equals("lenet") || name.equals("mlp") ? GREY : ZooSizes.COLOUR;
        int classes = Flags.atLeast("--classes", 1, flags.classes, ZooSizes.CLASSES);
        Stem stem = network instanceof ZooEntry.Classification ? Flags.stem(flags.stem, name) : Stem.AUTO;
        try {
            return new ZooSizes(flags.image != null ? flags.image : usual, classes, stem,
                    flags.text != null ? flags.text : ZooSizes.ASCII).of(network);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--image: " + e.getMessage());
        }
    }

    private void refuseOtherFlags(ZooEntry network) {
        switch (network) {
            case ZooEntry.Classification _ -> refuse(network, "reads images", "--text", flags.text);
            case ZooEntry.Segmentation _ -> {
                refuse(network, "reads images", "--text", flags.text);
                refuse(network, "begins in one way only", "--stem", flags.stem);
            }
            case ZooEntry.ImageToImage _ -> {
                refuse(network, "reads images", "--text", flags.text);
                refuse(network, "begins in one way only", "--stem", flags.stem);
                refuse(network, "has no classes", "--classes", flags.classes);
            }
            case ZooEntry.Language _ -> {
                refuse(network, "reads texts", "--image", flags.image);
                refuse(network, "begins in one way only", "--stem", flags.stem);
                refuse(network, "tells the characters of --text apart", "--classes", flags.classes);
            }
        }
    }

    private static void refuse(ZooEntry network, String why, String flag, @Nullable Object value) {
        if (value != null) {
            throw CliException.usage(flag + " does not go with --model " + network.name() + ", which " + why
                    + ": leave it out");
        }
    }

    private TrainingOptions options(Recipe recipe) {
        Hyperparameters rule = flags.optimizer == null ? recipe.optimizer() : recipe.optimizer(flags.optimizer);
        StateStorage states = Flags.states(flags.states, rule);
        WeightStorage.Format format = flags.weights == null ? WeightStorage.Format.F32 : flags.weights;
        Double average = Flags.fromZeroToOne("--ema", flags.ema);
        try {
            return TrainingOptions.defaults().withOptimizer(rule)
                    .withBatchSize(Flags.atLeast("--batch-size", 1, flags.batchSize, recipe.batchSize()))
                    .withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(average == null ? 0 : average)
                            .withStates(states)
                            .withWeights(new WeightStorage(format, Rounding.NEAREST, 0))
                            .withLossScaling(flags.precision.lossScaling()))
                    .withPrecision(flags.precision.policy());
        } catch (IllegalArgumentException e) {
            throw CliException.usage(String.valueOf(e.getMessage()));
        }
    }
}
