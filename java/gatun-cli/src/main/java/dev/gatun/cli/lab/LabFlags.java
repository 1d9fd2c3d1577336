package dev.gatun.cli.lab;

import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.Recipe;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.data.image.disturbance.Disturbance;
import dev.gatun.lab.Contender;
import dev.gatun.lab.LabOptions;
import dev.gatun.lab.Surface;
import dev.gatun.data.LastBatch;
import dev.gatun.train.TrainingOptions;
import dev.gatun.update.rule.UpdateRules;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Checks the flags of {@code lab optimizers} and fills in what was left out. */
record LabFlags(LabOptimizersCommand flags) {
    private static final String ALL = "all";

    /** Sizes with which LeNet on the drawn digits takes about ten minutes in all, or a minute. */
    private static final int LIMIT = 10_000;
    private static final int QUICK_LIMIT = 3_000;
    private static final int EPOCHS = 3;

    LabPlan plan() {
        String model = Flags.model(flags.model);
        String device = flags.compute.device();
        Recipe recipe = Recipe.of(model);
        return new LabPlan(contenders(recipe), surfaces(), options(), training(recipe), model,
                flags.data == null ? RunConfig.DIGITS : RunData.name(flags.data),
                Flags.atLeast("--limit", 1, flags.limit, flags.quick ? QUICK_LIMIT : LIMIT),
                device, flags.compute.threads(),
                flags.precision.emulation(), flags.out, new ResultFile(flags.json, flags.output.out()),
                flags.quiet, flags.stopAfterRuns);
    }

    private List<Contender> contenders(Recipe recipe) {
        List<String> known = UpdateRules.names();
        List<String> wanted = flags.optimizers == null || flags.optimizers.equals(List.of(ALL)) ? known
                : flags.optimizers;
        wanted.stream().filter(word -> !known.contains(word)).findFirst().ifPresent(word -> {
            throw CliException.usage("--optimizers: " + Choices.unknown(word, known));
        });
        if (wanted.isEmpty()) {
            throw CliException.usage("--optimizers names none: give one or more of " + String.join(", ", known));
        }
        return wanted.stream().distinct()
                .map(word -> new Contender(word, recipe.optimizer(UpdateRules.named(word)))).toList();
    }

    private TrainingOptions training(Recipe recipe) {
        return TrainingOptions.defaults().withSchedule(recipe.schedule())
                .withLossScaling(flags.precision.lossScaling()).withPrecision(flags.precision.policy())
                .withLastBatch(LastBatch.DROP) // all steps of a trial weigh the same
                .withEpochs(Flags.atLeast("--epochs", 1, flags.epochs, EPOCHS))
                .withBatchSize(Flags.atLeast("--batch-size", 1, flags.batchSize, recipe.batchSize()));
    }

    private List<Surface> surfaces() {
        List<Double> numbers = flags.quadratic;
        if (numbers != null && numbers.size() != 5) {
            throw CliException.usage("--quadratic takes five numbers, P11,P12,P22,Q1,Q2, got " + numbers.size());
        }
        Surface quadratic = numbers == null ? Surface.Quadratic.DEFAULT : checked("--quadratic", () ->
                new Surface.Quadratic(numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3), numbers.get(4)));
        return List.of(quadratic, new Surface.Rosenbrock(), new Surface.Saddle());
    }

    private LabOptions options() {
        LabOptions options = flags.quick ? LabOptions.quick() : LabOptions.defaults();
        options = options.withSeeds(Flags.atLeast("--seeds", 1, flags.seeds, options.seeds()));
        options = options.withTarget(share("--target", flags.target, options.target()));
        options = options.withSuccess(share("--success", flags.success, options.success()));
        options = options.withLabelNoise(
                each("--label-noise", flags.labelNoise, options.labelNoise(), Disturbance.LabelNoise::new));
        options = options.withInputNoise(
                each("--input-noise", flags.inputNoise, options.inputNoise(), Disturbance.InputNoise::new));
        if (flags.imbalance != null) {
            double ratio = flags.imbalance;
            options = options.withImbalance(checked("--imbalance", () -> new Disturbance.Imbalance(ratio)).ratio());
        }
        if (flags.rates != null) {
            List<Double> rates = flags.rates.stream().distinct().filter(rate -> rate != 1).toList();
            LabOptions before = options;
            options = checked("--rates", () -> before.withRateFactors(rates));
        }
        Double spike = flags.spike;
        LabOptions before = options;
        return spike == null ? options : checked("--spike", () -> before.withSpikeFactor(spike));
    }

    private static double share(String flag, @Nullable Double value, double otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (!(value > 0 && value <= 1)) {
            throw CliException.usage(flag + " must be a number above 0 and at most 1, got " + value);
        }
        return value;
    }

    private static List<Double> each(
            String flag, @Nullable List<Double> values, List<Double> otherwise, DoubleFunction<Disturbance> check) {
        if (values == null) {
            return otherwise;
        }
        values.forEach(value -> checked(flag, () -> check.apply(value)));
        return values.stream().distinct().toList();
    }

    private static <T> T checked(String flag, Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw CliException.usage(flag + ": " + e.getMessage());
        }
    }
}
