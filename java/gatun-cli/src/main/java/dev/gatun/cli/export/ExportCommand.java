package dev.gatun.cli.export;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.CheckpointOption;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.terminal.Output;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.model.Model;
import dev.gatun.train.Weights;
import dev.gatun.train.export.OnnxModels;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatun export}. */
@Command(name = "export", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Writes a trained model to a file for other programs.",
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

    @Option(names = "--format", paramLabel = "safetensors|onnx", defaultValue = "safetensors",
            description = "What to write: a state_dict as safetensors (default), or the graph with its weights as"
                    + " ONNX, of operator set 17.")
    ExportFormat format = ExportFormat.SAFETENSORS;

    @Option(names = "--output", paramLabel = "FILE", required = true, description = "The file to write or replace.")
    Path file = Path.of("");

    @Option(names = "--value", paramLabel = "NAME", defaultValue = Model.PROBABILITIES,
            description = "The output of the model that ONNX computes (default: ${DEFAULT-VALUE}, and the logits).")
    String value = Model.PROBABILITIES;

    @Mixin
    final CheckpointOption which = new CheckpointOption();

    @Mixin
    final CommonOptions common = new CommonOptions();

    public ExportCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        new ResultFile(file, output.out()).check();
        try (LoadedCheckpoint checkpoint = RunLocation.find(path, which.choice()).read(
                        (damaged, reason) -> output.err().println(RunLocation.passedOver(damaged, reason)))) {
            switch (format) {
                case SAFETENSORS -> Weights.save(file, checkpoint);
                case ONNX -> OnnxModels.save(file, checkpoint, known(checkpoint));
            }
            output.fact("weights", checkpoint.model().names().size() + " tensors of " + checkpoint.path());
            output.fact("written", file.toString());
        }
        return ExitCode.OK.number();
    }

    private String known(LoadedCheckpoint checkpoint) {
        List<String> outputs = OnnxModels.outputs(checkpoint);
        if (!outputs.contains(value)) {
            throw CliException.usage("--value " + value + ": the model has the outputs " + String.join(", ", outputs));
        }
        return value;
    }
}
