package dev.gatun.cli.option;

import dev.gatun.optim.schedule.text.RunSchedule;
import dev.gatun.optim.schedule.text.RunSchedules;
import dev.gatun.update.rule.AdamHyperparameters;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.WithMomentum;
import dev.gatun.update.rule.OptimizerPreset;
import dev.gatun.update.rule.SgdHyperparameters;
import dev.gatun.update.rule.UpdateRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The default training options of a model. All defaults of the command line are here and in
 * {@link UpdateRules#PRESETS}.
 *
 * @param optimizer    optimizer rule and hyper-parameters
 * @param batchSize    number of images in a batch
 * @param epochs       number of epochs over a data set of the user's
 * @param digitsEpochs number of epochs over the drawn digits, which are easier
 * @param schedule     schedule of the learning rate
 * @param colour       augmentation of colour images; grey images are not augmented
 */
public record Recipe(
        Hyperparameters optimizer, int batchSize, int epochs, int digitsEpochs, RunSchedule schedule, Augment colour) {

    /** The model that is trained by default. */
    public static final String DEFAULT_MODEL = "lenet";
    /** The seed that is used by default. */
    public static final long DEFAULT_SEED = 1;

    private static final Recipe SMALL = new Recipe(AdamHyperparameters.ADAMW.withLearningRate(2e-3)
            .withWeightDecay(0.01),
            64, 5, 3, RunSchedules.COSINE.learningRate(), Augment.NONE);

    private static final Recipe TRANSFORMER = new Recipe(AdamHyperparameters.ADAMW.withLearningRate(5e-4)
            .withWeightDecay(0.05),
            64, 10, 3, RunSchedules.COSINE.learningRate(), Augment.CIFAR);

    private static final Recipe RESIDUAL = new Recipe(
            SgdHyperparameters.DEFAULTS.withLearningRate(0.05).withMomentum(0.9)
                    .withVariant(SgdHyperparameters.Momentum.NESTEROV).withWeightDecay(5e-4),
            64, 10, 3, RunSchedules.COSINE.learningRate(), Augment.CIFAR);

    /** Returns the recipe of a model. */
    public static Recipe of(String model) {
        return switch (model) {
            case "lenet", "mlp", "unet", "style_transfer", "char_lstm" -> SMALL;
            case "vit_tiny" -> TRANSFORMER;
            default -> RESIDUAL;
        };
    }

    /** Returns the number of epochs, for the drawn digits or for data of the user's. */
    public int epochs(boolean digits) {
        return digits ? digitsEpochs : epochs;
    }

    /** Returns the hyper-parameters of an optimizer: the recipe's for its own, the preset's for others. */
    public Hyperparameters optimizer(OptimizerPreset chosen) {
        return chosen.name().equals(optimizer.optimizerName()) ? optimizer : chosen.numbers();
    }

    /** Returns the table for {@code --help}. */
    public static List<String> help(List<String> models) {
        List<String> lines = new ArrayList<>(List.of("", "Defaults by model:"));
        for (String model : models) {
            Recipe recipe = of(model);
            lines.add(String.format(Locale.ROOT, "  %-12s %s, learning rate %s%s, weight decay %s, %s,", model,
                    recipe.optimizer.optimizerName(), recipe.optimizer.learningRate(),
                    momentum(recipe.optimizer),
                    recipe.optimizer.weightDecay(), recipe.schedule.text()));
            lines.add(String.format(Locale.ROOT, "               batches of %d, %d epochs (%d of the drawn digits)%s",
                    recipe.batchSize, recipe.epochs, recipe.digitsEpochs,
                    recipe.colour.equals(Augment.CIFAR) ? ", cifar augmentation of colour images" : ""));
        }
        lines.add("Another optimizer than the model's begins with its own numbers:");
        for (OptimizerPreset preset : UpdateRules.PRESETS) {
            Hyperparameters numbers = preset.numbers();
            lines.add(String.format(Locale.ROOT, "  %-9s learning rate %s%s, weight decay %s", preset.name(),
                    numbers.learningRate(), momentum(numbers), numbers.weightDecay()));
        }
        return lines;
    }

    /** Returns what the table says of a momentum: nothing of a rule that has none, or betas. */
    private static String momentum(Hyperparameters numbers) {
        return numbers instanceof WithMomentum rule ? ", momentum " + rule.momentum() : "";
    }
}
