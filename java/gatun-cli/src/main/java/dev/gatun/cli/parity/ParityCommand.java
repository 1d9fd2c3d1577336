package dev.gatun.cli.parity;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.option.SampleBatch;
import dev.gatun.cli.option.SampleOptions;
import dev.gatun.cli.terminal.Activity;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code gatun parity}. */
@Command(name = "parity", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Compares what two devices compute, layer by layer and gradient by gradient.",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Both begin with the same weights and see the same random images. Differences are the largest",
            "of a tensor, as a share of its largest value on the second device: some 1e-6 is usual in f32.",
            "", "Examples:", "  gatun parity --device cpu --device reference --model resnet20 --batch-size 2"})
public final class ParityCommand implements Callable<Integer> {
    private final Output output;

    @Option(names = "--device", paramLabel = "NAME",
            description = "One of the two devices, twice (default: cpu and reference).")
    List<String> devices = List.of(Devices.CPU, "reference");

    @Mixin
    final SampleOptions sample = new SampleOptions();

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the differences to this file too; - for standard output.")
    @Nullable Path json;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public ParityCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        if (devices.size() != 2) {
            throw CliException.usage("--device names two devices, got " + String.join(", ", devices)
                    + ": give it twice");
        }
        devices.forEach(Devices::checkName);
        ResultFile file = new ResultFile(json, output.out());
        file.check();
        Output beside = file.beside(output);
        SampleBatch batch = new SampleBatch(sample.model(), sample.batchSize());
        int threads = sample.threads();
        Parity parity = Activity.during(beside, false, "computing on both devices",
                () -> Parity.of(batch, devices.getFirst(), devices.getLast(), threads));
        beside.fact("model", batch.model().name() + ", " + batch.size() + " random images");
        layers(parity.layers()).lines().forEach(beside.out()::println);
        beside.out().println();
        gradients(parity.gradients()).lines().forEach(beside.out()::println);
        beside.out().println();
        beside.fact("largest", String.format(Locale.ROOT, "difference %.2e between %s and %s", parity.error(),
                devices.getFirst(), devices.getLast()));
        file.write(toJson(batch, parity));
        return ExitCode.OK.number();
    }

    private static TextTable layers(List<Parity.Difference> differences) {
        TextTable table = new TextTable("layer", "operation", ">largest value", ">difference");
        differences.forEach(each -> table.row(each.name(), each.operation(), largest(each), error(each)));
        return table;
    }

    private static TextTable gradients(List<Parity.Difference> differences) {
        TextTable table = new TextTable("gradient of", ">largest value", ">difference");
        differences.forEach(each -> table.row(each.name(), largest(each), error(each)));
        return table;
    }

    private static String largest(Parity.Difference difference) {
        return String.format(Locale.ROOT, "%.3g", difference.largest());
    }

    private static String error(Parity.Difference difference) {
        return String.format(Locale.ROOT, "%.2e", difference.error());
    }

    private Map<String, Object> toJson(SampleBatch batch, Parity parity) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("model", batch.model().name());
        object.put("devices", devices);
        object.put("layers", parity.layers().stream().map(ParityCommand::toJson).toList());
        object.put("gradients", parity.gradients().stream().map(ParityCommand::toJson).toList());
        object.put("largest_difference", parity.error());
        return object;
    }

    private static Map<String, Object> toJson(Parity.Difference each) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("name", each.name());
        object.put("operation", each.operation());
        object.put("largest", each.largest());
        object.put("difference", each.error());
        return object;
    }
}
