package dev.gatun.cli.summary;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ComputeOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.ImageShape;
import dev.gatun.cli.option.MemorySize;
import dev.gatun.cli.option.PrecisionOptions;
import dev.gatun.cli.option.TextShape;
import dev.gatun.cli.terminal.Output;
import dev.gatun.model.Stem;
import dev.gatun.update.StateStorage;
import dev.gatun.update.kernel.WeightStorage;
import dev.gatun.update.rule.OptimizerPreset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code gatun summary}. */
@Command(name = "summary", sortOptions = false, separator = " ",
        description = "Lists a model's layers and parameters, and the memory that training it takes.",
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Multiplications and activations of a layer are for one image or text: those of a forward pass",
            "in f32.",
            "", "Examples:", "  gatun summary resnet50 --image 3x224x224 --classes 1000",
            "  gatun summary --model resnet18 --optimizer adamw --states eight_bit",
            "  gatun summary char-lstm --text 100x256",
            "  gatun summary --model mlp --image 1x32x32 --classes 100 --json mlp.json"})
public final class SummaryCommand implements Callable<Integer> {
    final Output output;

    @Parameters(arity = "0..1", paramLabel = "MODEL", description = "The model, in place of --model.")
    @Nullable String name;

    @Option(names = "--model", paramLabel = "NAME",
            description = "The model, one of those that \"gatun models\" lists (default: lenet).")
    @Nullable String model;

    @Option(names = "--stem", paramLabel = "auto|standard|small",
            description = "Whether the model begins as for photographs or as for small images"
                    + " (default: small below 64x64).")
    @Nullable Stem stem;

    @Option(names = "--image", paramLabel = "CxHxW",
            description = "Channels, height and width of an image (default: 3x32x32, lenet and mlp 1x28x28).")
    @Nullable ImageShape image;

    @Option(names = "--classes", paramLabel = "N", description = "Classes to tell apart (default: 10).")
    @Nullable Integer classes;

    @Option(names = "--text", paramLabel = "STEPSxCHARACTERS",
            description = "Length of a text, and how many different characters there are (default: 50x128).")
    @Nullable TextShape text;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images or texts in a step (default: by model).")
    @Nullable Integer batchSize;

    @Option(names = "--optimizer", paramLabel = "RULE",
            description = "The optimizer, as for train (default: by model).")
    @Nullable OptimizerPreset optimizer;

    @Option(names = "--states", paramLabel = "f32|eight_bit",
            description = "How the optimizer's states are stored; eight_bit is for some, such as adamw (default: f32).")
    @Nullable StateStorage states;

    @Option(names = "--weight-storage", paramLabel = "f32|f32_and_bf16",
            description = "Whether there is a copy of the weights in bf16 (default: f32).")
    WeightStorage.@Nullable Format weights;

    @Option(names = "--ema", paramLabel = "DECAY", description = "Keep an average of the weights (default: none).")
    @Nullable Double ema;

    @Mixin
    final PrecisionOptions precision = new PrecisionOptions();

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Option(names = "--memory", paramLabel = "SIZE",
            description = "The most off-heap memory to use, such as 500m or 4g (default: no limit).")
    @Nullable MemorySize memory;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the summary to this file; - for standard output.")
    @Nullable Path json;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public SummaryCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        SummaryPlan plan = new SummaryFlags(this).plan();
        new SummarySession(plan).run(plan.json().beside(output));
        return ExitCode.OK.number();
    }
}
