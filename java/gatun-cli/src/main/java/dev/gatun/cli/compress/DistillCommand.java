package dev.gatun.cli.compress;

import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.run.RunTeacher;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.train.TypedCommand;
import dev.gatun.compress.distill.Distillation;
import dev.gatun.data.BadImages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code gatun distill}. */
@Command(name = DistillCommand.NAME, sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Trains a student to answer as a trained teacher does.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "The student is a network of the zoo, or that of a run, such as one that was pruned. It learns on"
            + " the teacher's data.", "", "Examples:",
            "  gatun distill --teacher runs/resnet --model resnet20 --epochs 10 --output runs/student",
            "  gatun distill runs/pruned --teacher runs/resnet --epochs 2 --output runs/pruned-distilled"})
public final class DistillCommand implements Callable<Integer> {
    static final String NAME = "distill";

    private final Output output;
    private final ToIntFunction<List<String>> command;

    @Parameters(paramLabel = "RUN_OR_CHECKPOINT", arity = "0..1",
            description = "The student, where it is the network of a run: its folder, or that of a checkpoint.")
    @Nullable Path path;

    @Option(names = "--teacher", paramLabel = "RUN|MODEL:FILE", required = true,
            description = "The classifier to learn from: the folder of a run or of a checkpoint, or weights of a model"
                    + " in a safetensors file, such as resnet18:weights.safetensors. Classes are matched by name.")
    @Nullable RunTeacher teacher;

    @Option(names = "--model", paramLabel = "NAME",
            description = "The student, where it is a network of the zoo, which begins anew.")
    @Nullable String model;

    @Option(names = "--distill", paramLabel = "METHODS",
            description = "What to learn, as for train (default: labels:weight=0.1+kd:t=4:weight=0.9).")
    @Nullable Distillation distill;

    @Mixin
    final CompressOptions options = new CompressOptions();

    @Spec
    @Nullable CommandSpec spec;

    /**
     * Creates the command.
     *
     * @param command runs a command of this program and returns its exit code
     */
    public DistillCommand(Output output, ToIntFunction<List<String>> command) {
        this.output = output;
        this.command = command;
    }

    @Override
    public Integer call() {
        if ((path == null) == (model == null)) {
            throw CliException.usage("a student is " + (model == null ? "missing: name one of the zoo with --model, or"
                    + " give the folder of a run" : "named twice, by --model and " + path + ": leave one out"));
        }
        Distillation methods = distill == null ? Distillation.SOFT_LABELS : distill;
        if (!methods.needsTeacher()) {
            throw CliException.usage("--distill " + methods.text() + " learns from no teacher: train with it, as"
                    + " gatun train --distill " + methods.text());
        }
        return path == null ? fromZoo(methods) : fromRun(path, methods);
    }

    private int fromRun(Path student, Distillation methods) {
        options.check(output);
        int epochs = options.epochs(1);
        if (epochs == 0) {
            throw CliException.usage("--epochs must be at least 1 for a student to learn, got 0");
        }
        CompressSource source = CompressSource.read(student, options, output);
        RunConfig config = options.applyTo(source.config(), epochs);
        return new Compressed(source, source.snapshot(), Map.of("distillation", methods.text())).run(options,
                config.withTeacher(teacher).withTraining(config.training().withDistillation(methods)), epochs,
                TypedCommand.of(spec),
                output).number();
    }

    /** A student of the zoo is trained as any network is, on the teacher's data. */
    private int fromZoo(Distillation methods) {
        RunTeacher known = Objects.requireNonNull(teacher);
        List<String> train = new ArrayList<>(List.of("train", "--model", Objects.requireNonNull(model), "--teacher",
                known.text(), "--distill", methods.text(), "--device", options.compute.device(), "--threads",
                Integer.toString(options.compute.threads())));
        if (options.data == null) {
            data(known, train);
        } else {
            add(train, "--data", options.data);
        }
        add(train, "--epochs", options.epochs);
        add(train, "--lr", options.learningRate);
        add(train, "--schedule", options.schedule == null ? null : options.schedule.text());
        add(train, "--batch-size", options.batchSize);
        add(train, "--limit", options.limit);
        add(train, "--test-limit", options.testLimit);
        add(train, "--seed", options.seed);
        add(train, "--output", options.folder);
        add(train, "--json", options.json);
        if (options.quiet) {
            train.add("--quiet");
        }
        return command.applyAsInt(train);
    }

    /** The images that the teacher was trained on. */
    private void data(RunTeacher known, List<String> train) {
        RunLocation location = known.location().orElseThrow(() -> CliException.usage(
                "--teacher " + known.text() + " does not say what data it was trained on: add --data PATH"));
        if (location.run() == null) {
            throw CliException.usage("--teacher " + known.text()
                    + " belongs to no run, which would name its data: add --data PATH");
        }
        RunConfig config = location.config();
        if (!config.data().equals(RunConfig.DIGITS)) {
            add(train, "--data", config.data());
        }
        if (config.images().size() > 0) {
            add(train, "--image-size", config.images().size());
        }
        add(train, "--color", Choices.word(config.images().color()));
        if (config.images().bad() == BadImages.SKIP) {
            train.add("--skip-bad");
        }
    }

    private static void add(List<String> arguments, String option, @Nullable Object value) {
        if (value != null) {
            arguments.addAll(List.of(option, value.toString()));
        }
    }
}
