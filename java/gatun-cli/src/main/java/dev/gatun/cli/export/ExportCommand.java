package dev.gatun.cli.export;

import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.terminal.Output;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.train.Weights;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatun export}. */
@Command(name = "export", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Writes the weights of a trained model to a file for other programs.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "The weights are those that the model is evaluated with: their average where the run keeps one.",
            "In PyTorch:", "  model.load_state_dict(safetensors.torch.load_file(\"mnist.safetensors\"))", "",
            "Examples:", "  gatun export runs/mnist --output mnist.safetensors",
            "  gatun export runs/mnist/checkpoints/step-00000936 --output mnist.safetensors"})
public final class ExportCommand implements Callable<Integer> {
    private final Output output;

    @Parameters(paramLabel = "RUN_OR_CHECKPOINT",
            description = "A run's folder, which stands for its latest checkpoint, or the folder of a checkpoint.")
    Path path = Path.of("");

    @Option(names = "--format", paramLabel = "safetensors", defaultValue = "safetensors",
            description = "What to write: a state_dict as safetensors (default).")
    WeightsFormat format = WeightsFormat.SAFETENSORS;

    @Option(names = "--output", paramLabel = "FILE", required = true, description = "The file to write or replace.")
    Path file = Path.of("");

    @Mixin
    final CommonOptions common = new CommonOptions();

    public ExportCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(RunLocation.find(path).checkpoint())) {
            switch (format) {
                case SAFETENSORS -> Weights.save(file, checkpoint);
            }
            output.fact("weights", checkpoint.model().names().size() + " tensors of " + checkpoint.path());
            output.fact("written", file.toString());
        }
        return ExitCode.OK.number();
    }
}
