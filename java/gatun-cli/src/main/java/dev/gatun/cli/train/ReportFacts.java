package dev.gatun.cli.train;

import dev.gatun.backend.Device;
import dev.gatun.chart.Page.Term;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.Version;
import dev.gatun.cli.report.RunFacts;
import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.terminal.ProcessMemory;
import dev.gatun.io.json.Json;
import dev.gatun.memory.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the report of a run says of it besides its numbers. */
final class ReportFacts {
    private static final Pattern PROCESSOR = Pattern.compile("(?m)^model name\\s*: (.*)$");

    private ReportFacts() {}

    static RunFacts of(RunConfig config, String images, String command, Device device) {
        List<Term> recipe = new ArrayList<>();
        for (Map.Entry<String, Object> each : config.toJson().entrySet()) {
            recipe.add(new Term(each.getKey(), each.getValue() instanceof String text ? text
                    : Json.write(each.getValue())));
        }
        String data = config.data().equals(RunConfig.DIGITS) ? "drawn digits" : config.data();
        return new RunFacts(config.model() + " on " + data, images, command, recipe, machine(device));
    }

    private static List<Term> machine(Device device) {
        List<Term> machine = new ArrayList<>();
        machine.add(new Term("gatun", Version.number()));
        machine.add(new Term("device", Devices.describe(device)));
        machine.add(new Term("Java", Runtime.version() + ", " + System.getProperty("java.vendor", "unknown")));
        machine.add(new Term("processors", processor() + Runtime.getRuntime().availableProcessors() + " available, "
                + System.getProperty("os.arch") + ", " + System.getProperty("os.name")));
        if (ProcessMemory.total() >= 0) {
            machine.add(new Term("memory", Bytes.format(ProcessMemory.total())));
        }
        return machine;
    }

    private static String processor() {
        try {
            Matcher name = PROCESSOR.matcher(Files.readString(Path.of("/proc/cpuinfo")));
            return name.find() ? name.group(1).strip() + ", " : "";
        } catch (IOException _) {
            return "";
        }
    }
}
