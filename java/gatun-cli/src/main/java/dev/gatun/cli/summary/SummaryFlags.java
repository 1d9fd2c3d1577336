package dev.gatun.cli.summary;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.ImageShape;
import dev.gatun.cli.option.Recipe;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.model.Stem;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.train.TrainingOptions;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.Rounding;
import dev.gatun.update.kernel.WeightStorage;

/** Checks the flags of {@code summary} and fills in what was left out. */
record SummaryFlags(SummaryCommand flags) {
    private static final ImageShape GREY = new ImageShape(1, 28, 28);
    private static final ImageShape COLOUR = new ImageShape(3, 32, 32);
    private static final int CLASSES = 10;

    SummaryPlan plan() {
        if (flags.model != null && flags.name != null) {
            throw CliException.usage("two models are named, " + flags.name + " and " + flags.model + ": leave one out");
        }
        String name = Flags.model(flags.name == null ? flags.model : flags.name);
        String device = flags.device == null ? Devices.CPU : flags.device;
        Devices.checkName(device);
        Recipe recipe = Recipe.of(name);
        Model model = model(name);
        TrainingOptions options = options(recipe);
        Flags.graph(model, options.batchSize());
        return new SummaryPlan(model, options, device, Flags.threads(flags.threads),
                flags.memory == null ? 0 : flags.memory.bytes(), flags.precision.emulation(),
                new ResultFile(flags.json, flags.output.out()));
    }

    private Model model(String name) {
        ImageShape usual = name.equals("lenet") || name.equals("mlp") ? GREY : COLOUR;
        ImageShape image = flags.image != null ? flags.image : usual;
        int classes = Flags.atLeast("--classes", 1, flags.classes, CLASSES);
        Stem stem = Flags.stem(flags.stem, name);
        try {
            return Models.create(name, image.channels(), image.height(), image.width(), classes, stem);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--image: " + e.getMessage());
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
