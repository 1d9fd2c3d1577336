package dev.gatun.cli.lab;

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
import dev.gatun.cli.run.RunImages;
import dev.gatun.cli.run.RunSplits;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import dev.gatun.data.image.DataSplit;
import dev.gatun.io.RunFolder;
import dev.gatun.lab.Texts;
import dev.gatun.lab.init.InitLab;
import dev.gatun.lab.init.InitOptions;
import dev.gatun.lab.init.Propagation;
import dev.gatun.lab.report.InitReport;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code gatun lab init}. */
@Command(name = "init", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Shows what the variance of a deep network's first weights does to activations and gradients.",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Examples:", "  gatun lab init", "  gatun lab init --data ~/mnist --variances 1,2,3",
            "", "Weights of a layer with n inputs are normal with a variance of V/n. A ReLU halves the mean square",
            "of what it reads: with 2/n norms stay level through the layers, with 1/n they vanish, with 3/n they",
            "explode. Leaves report.html, the norms of every layer as CSV and charts as SVG in the folder."})
public final class LabInitCommand implements Callable<Integer> {
    private final Output output;

    @Option(names = "--data", paramLabel = "PATH",
            description = "Images to show the network (default: digits that the program draws).")
    @Nullable Path data;

    @Option(names = "--depth", paramLabel = "N", description = "Layers, the last one left out (default: 50).")
    @Nullable Integer depth;

    @Option(names = "--width", paramLabel = "N", description = "Outputs of each layer (default: 256).")
    @Nullable Integer width;

    @Option(names = "--variances", split = ",", hideParamSyntax = true, paramLabel = "V[,V...]",
            description = "Variances of weights, times the inputs of their layer (default: 1,2,3).")
    @Nullable List<Double> variances;

    @Option(names = "--examples", paramLabel = "N", description = "Images that norms are means over (default: 64).")
    @Nullable Integer examples;

    @Option(names = "--seeds", paramLabel = "N", description = "Networks of each variance (default: 3).")
    @Nullable Integer seeds;

    @Mixin
    final ComputeOptions compute = new ComputeOptions();

    @Option(names = "--output", paramLabel = "FOLDER", description = "Where everything is kept (default: lab-init).")
    Path out = Path.of("lab-init");

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the results to this file too; - for standard output.")
    @Nullable Path json;

    @Option(names = {"-q", "--quiet"}, description = "Write nothing but faults.")
    boolean quiet;

    @Mixin
    final CommonOptions common = new CommonOptions();

    public LabInitCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        InitOptions options = options();
        String where = compute.device();
        int processors = compute.threads();
        if (RunFolder.holdsTraining(out)) {
            throw CliException.usage("--output " + out + " holds a training run: choose another folder");
        }
        ResultFile file = new ResultFile(json, output.out());
        file.check();
        Output beside = file.beside(output);
        String name = data == null ? RunConfig.DIGITS : RunData.name(data);
        try (DataSplit images = RunData.open(name, RunImages.DEFAULT, RunSplits.ALL);
                Device opened = Devices.open(where, processors, 0)) {
            InitReport report = new InitReport(name, options, new InitLab(opened, options, images.train()).run());
            report.write(out);
            file.write(report.toJson());
            if (!quiet) {
                lines(report).forEach(beside.out()::println);
                beside.fact("report", out.resolve(InitReport.PAGE).toString());
            }
        }
        return ExitCode.OK.number();
    }

    private InitOptions options() {
        InitOptions usual = InitOptions.DEFAULTS;
        int layers = Flags.atLeast("--depth", 2, depth, usual.depth());
        int outputs = Flags.atLeast("--width", 1, width, usual.width());
        int images = Flags.atLeast("--examples", 1, examples, usual.examples());
        int networks = Flags.atLeast("--seeds", 1, seeds, usual.seeds());
        try {
            return new InitOptions(
                    layers, outputs, variances == null ? usual.variances() : variances, images, networks);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--variances: " + e.getMessage());
        }
    }

    private static List<String> lines(InitReport report) {
        TextTable table = new TextTable("variance", "activations", ">first layer", ">last layer", "gradients",
                ">first layer", ">last layer");
        for (Propagation result : report.results()) {
            table.row(InitReport.name(result),
                    result.activations().text(), Texts.number(result.layers().getFirst().activation()),
                    Texts.number(result.layers().getLast().activation()), result.gradients().text(),
                    Texts.number(result.layers().getFirst().gradient()),
                    Texts.number(result.layers().getLast().gradient()));
        }
        return table.lines();
    }
}
