package dev.gatun.cli.compress.pipeline;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ComputeOptions;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import dev.gatun.cli.run.RunLocation;
import dev.gatun.cli.run.RunSplits;
import dev.gatun.cli.terminal.Activity;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import dev.gatun.data.image.DataSplit;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.memory.Bytes;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gatun compress}. */
@Command(name = "compress", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Runs stages of compression one after the other, and compares what comes out of each.",
        parameterListHeading = "%nParameters:%n", optionListHeading = "%nOptions:%n",
        footer = {"", "A recipe names a trained run and the stages, each a command with its options:",
            "  {\"run\": \"runs/mnist\",", "   \"stages\": [{\"prune\": {\"structured\": true, \"target-macs\": 0.5}},",
            "              {\"quantize\": {\"epochs\": 1}}]}",
            "The teacher of a stage \"distill\" is the run of the beginning, unless it names another.", "",
            "The same command goes on where it was stopped. Each stage's folder is a run like any other; report.html",
            "compares accuracy, size and speed.", "", "Example:",
            "  gatun compress small.json --output runs/mnist-small"})
public final class CompressCommand implements Callable<Integer> {
    /** The commands that a stage may be. */
    public static final List<String> STAGES = List.of("prune", "quantize", "distill", "factorize");

    private static final String REPORT = "report.html";
    private static final int SENSITIVITY_IMAGES = 1_000;

    private final Output output;
    private final ToIntFunction<List<String>> command;

    @Parameters(paramLabel = "RECIPE", description = "A file of JSON, as below.")
    Path file = Path.of("");

    @Option(names = "--output", paramLabel = "FOLDER", description = "Folder of all stages (default: the recipe's name"
            + " without its ending).")
    @Nullable Path folder;

    @Option(names = "--sensitivity", paramLabel = "N",
            description = "Test images to measure the sensitivity of each layer with; 0 not to (default: 1000).")
    @Nullable Integer sensitivity;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the figures of all stages to this file; - for standard output.")
    @Nullable Path json;

    @Option(names = {"-q", "--quiet"}, description = "Write nothing but faults.")
    boolean quiet;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /**
     * Creates the command.
     *
     * @param command runs a command of this program and returns its exit code
     */
    public CompressCommand(Output output, ToIntFunction<List<String>> command) {
        this.output = output;
        this.command = command;
    }

    @Override
    public Integer call() {
        ResultFile results = new ResultFile(json, output.out());
        results.check();
        Output texts = results.beside(output);
        int images = Flags.atLeast("--sensitivity", 0, sensitivity, SENSITIVITY_IMAGES);
        List<String> common = List.of("--device", compute.device(), "--threads", Integer.toString(compute.threads()));
        PipelineRecipe recipe = PipelineRecipe.read(file, STAGES);
        RunLocation start = RunLocation.find(recipe.run());
        if (start.run() == null) {
            throw CliException.usage(file + ": " + recipe.run() + " is no run's folder: name one in \"run\"");
        }
        Path all = folder == null ? named() : folder;
        Pipeline pipeline = new Pipeline(recipe, all, common, command, texts, quiet);
        int code = pipeline.run();
        if (code != ExitCode.OK.number()) {
            return code;
        }
        report(recipe, start.config(), pipeline, all, images, results, texts);
        return ExitCode.OK.number();
    }

    private Path named() {
        String name = String.valueOf(file.getFileName());
        String base = name.replaceFirst("\\.[^.]*$", "");
        if (base.isEmpty() || base.equals(name)) {
            throw CliException.usage("--output is missing, and " + name + " has no ending that could be left out: add"
                    + " --output FOLDER");
        }
        return file.resolveSibling(base);
    }

    private void report(PipelineRecipe recipe, RunConfig config, Pipeline pipeline, Path folder, int images,
            ResultFile results, Output texts) {
        List<StageFigures> stages;
        List<Sensitivity> layers;
        String machine;
        try (DataSplit data = RunData.open(config.data(), config.images(), config.splits());
                Device device = Devices.open(compute.device(), compute.threads(), 0)) {
            machine = Devices.describe(device);
            StageMeasurement measurement = new StageMeasurement(device, data.test());
            stages = Activity.during(texts, quiet, "measuring", () -> {
                Map<String, Path> paths = new LinkedHashMap<>();
                paths.put("as trained", recipe.run());
                for (int i = 0; i < recipe.stages().size(); i++) {
                    paths.put((i + 1) + " " + recipe.stages().get(i).command(), pipeline.stageFolder(i));
                }
                return measurement.of(paths);
            });
            layers = images == 0 ? List.of() : Activity.during(texts, quiet, "looking at each layer", () -> {
                RunSplits splits = new RunSplits(config.splits().limit(), images, config.splits().validation());
                try (DataSplit few = RunData.open(config.data(), config.images(), splits)) {
                    return Sensitivity.of(recipe.run(), device, few.test());
                }
            });
        }
        Path page = folder.resolve(REPORT);
        AtomicFile.writeOver(page, new PipelinePage(config.model() + ", compressed", stages, layers, machine).html());
        results.write(toJson(stages, layers, machine));
        if (!quiet) {
            table(stages).lines().forEach(texts.out()::println);
            texts.fact("report", page.toString());
        }
    }

    private static TextTable table(List<StageFigures> stages) {
        TextTable table = new TextTable("stage", ">accuracy", ">parameters", ">M MACs", ">file", ">images/s, 1",
                ">images/s, " + StageMeasurement.BATCH);
        for (StageFigures stage : stages) {
            table.row(stage.name(), String.format(Locale.ROOT, "%.2f %%", 100 * stage.accuracy()),
                    String.format(Locale.ROOT, "%,d", stage.parameters()),
                    String.format(Locale.ROOT, "%.2f", stage.macs() / 1e6), Bytes.format(stage.bytes()),
                    String.format(Locale.ROOT, "%.0f", stage.oneByOne()),
                    String.format(Locale.ROOT, "%.0f", stage.batched()));
        }
        return table;
    }

    private static Map<String, Object> toJson(List<StageFigures> stages, List<Sensitivity> layers, String machine) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("device", machine);
        json.put("stages", stages.stream().map(StageFigures::toJson).toList());
        Map<String, Object> sensitivities = new LinkedHashMap<>();
        layers.forEach(layer -> sensitivities.put(layer.layer(), layer.accuracies()));
        json.put("sensitivity_shares", Sensitivity.SHARES);
        json.put("sensitivity", sensitivities);
        return json;
    }
}
