package dev.gatun.cli.bench;

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
import dev.gatun.memory.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code gatun bench}. */
@Command(name = "bench", sortOptions = false, abbreviateSynopsis = true, separator = " ",
        description = "Times a training step on one or more devices, on random images: a quick look.",
        optionListHeading = "%nOptions:%n",
        footer = {"", "Times are medians after some steps of warm-up, with the fastest kernels. Other programs on the",
            "same processors disturb them; bench/README.md has benchmarks that are repeated and compared.",
            "", "Examples:", "  gatun bench", "  gatun bench --devices cpu,reference --model lenet --seconds 2"})
public final class BenchCommand implements Callable<Integer> {
    private static final double SECONDS = 3;

    private final Output output;

    @Option(names = "--devices", split = ",", hideParamSyntax = true, paramLabel = "NAME[,NAME...]",
            description = "The devices (default: cpu).")
    List<String> devices = List.of(Devices.CPU);

    @Mixin
    final SampleOptions sample = new SampleOptions();

    @Option(names = "--seconds", paramLabel = "S", description = "How long to time each device (default: 3).")
    @Nullable Double seconds;

    @Option(names = "--json", paramLabel = "FILE",
            description = "Write the times to this file too; - for standard output.")
    @Nullable Path json;

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** Creates the command. */
    public BenchCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() {
        devices.forEach(Devices::checkName);
        double time = seconds == null ? SECONDS : seconds;
        if (!(time > 0 && time <= 3_600)) {
            throw CliException.usage("--seconds must be above 0 and at most 3600, got " + time);
        }
        ResultFile file = new ResultFile(json, output.out());
        file.check();
        Output beside = file.beside(output);
        SampleBatch batch = new SampleBatch(sample.model(), sample.batchSize());
        int threads = sample.threads();
        TextTable table = new TextTable("device", ">step ms", ">forward ms", ">images/s", ">memory", ">steps");
        List<Map<String, Object>> results = new ArrayList<>();
        for (String device : devices) {
            StepTime result = Activity.during(beside, false, "timing " + device,
                    () -> StepTime.measure(batch, device, threads, time));
            double speed = 1_000 * batch.size() / result.stepMillis();
            table.row(result.device(), millis(result.stepMillis()), millis(result.forwardMillis()),
                    String.format(Locale.ROOT, "%.0f", speed), Bytes.format(result.bytes()),
                    Integer.toString(result.steps()));
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("device", device);
            object.put("step_ms", result.stepMillis());
            object.put("forward_ms", result.forwardMillis());
            object.put("images_per_second", speed);
            object.put("bytes", result.bytes());
            object.put("steps", result.steps());
            results.add(object);
        }
        beside.fact("model", batch.model().name() + ", batches of " + batch.size() + " random images");
        table.lines().forEach(beside.out()::println);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("model", batch.model().name());
        all.put("batch_size", batch.size());
        all.put("devices", results);
        file.write(all);
        return ExitCode.OK.number();
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
