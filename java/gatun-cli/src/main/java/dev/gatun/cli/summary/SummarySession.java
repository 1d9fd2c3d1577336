package dev.gatun.cli.summary;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import dev.gatun.memory.Bytes;
import dev.gatun.model.Architecture;
import dev.gatun.model.LayerSize;
import dev.gatun.model.ModelSize;
import dev.gatun.shape.Shape;
import dev.gatun.train.ModelSummary;
import dev.gatun.train.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes the summary of a model and shows it. */
record SummarySession(SummaryPlan plan) {
    void run(Output output) {
        plan.json().check();
        ModelSummary summary;
        String device;
        try (Device open = Devices.open(plan.device(), plan.threads(), plan.memory(), plan.emulation())) {
            device = Devices.describe(open);
            summary = ModelSummary.of(
                    Task.of(plan.model().name(), plan.model()::describe), open, plan.options());
        }
        Architecture model = plan.model();
        output.fact("model", model.name() + ": " + model.input() + ", batches of " + plan.options().batchSize());
        output.fact("train", plan.options().optimizer().optimizerName() + ", states in "
                + Choices.word(plan.options().optimizerOptions().states()) + ", weights in "
                + Choices.word(plan.options().optimizerOptions().weights().format()));
        output.fact("device", device);
        lines(summary).forEach(output.out()::println);
        plan.json().write(json(summary));
    }

    private List<String> layerLines() {
        TextTable table = new TextTable(
                "layer", "operation", "output", ">parameters", ">multiplications", ">activations");
        List<LayerSize> layers = LayerSize.of(plan.model());
        for (LayerSize layer : layers) {
            table.row(layer.name(), layer.operation(), output(layer), count(layer.parameters()),
                    count(layer.multiplications()), Bytes.format(layer.activationBytes()));
        }
        ModelSize size = ModelSize.of(layers);
        table.row("all layers", "", "", count(size.parameters()), count(size.multiplications()),
                Bytes.format(size.activationBytes()));
        return table.lines();
    }

    /** The shape for one image or text. */
    private static String output(LayerSize layer) {
        Shape shape = layer.output();
        return IntStream.range(1, shape.rank()).mapToObj(i -> Long.toString(shape.extent(i)))
                .collect(Collectors.joining("x"));
    }

    private List<String> lines(ModelSummary summary) {
        TextTable variables = new TextTable("parameter", "shape", ">elements");
        summary.variables().stream().filter(ModelSummary.Entry::trained)
                .forEach(entry -> variables.row(entry.name(), shape(entry), count(entry.shape().elements())));
        variables.row("total", "", count(summary.parameters()));
        TextTable memory = new TextTable("memory", ">size", ">bytes per parameter");
        for (ModelSummary.Use use : summary.memory()) {
            memory.row(use.what(), Bytes.format(use.bytes()), use.perParameter() ? bytes(summary.bytesPerParameter(use))
                    : "");
        }
        memory.row("total", Bytes.format(summary.bytes()), bytes(summary.bytesPerParameter()));
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(layerLines());
        lines.add("");
        lines.addAll(variables.lines());
        lines.add("");
        lines.addAll(memory.lines());
        return lines;
    }

    private static String shape(ModelSummary.Entry entry) {
        return Arrays.stream(entry.shape().extents()).mapToObj(Long::toString).collect(Collectors.joining("x"));
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String bytes(double value) {
        return String.format(Locale.ROOT, "%.2f B", value);
    }

    private Map<String, Object> json(ModelSummary summary) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("model", plan.model().name());
        json.put("batch_size", plan.options().batchSize());
        json.put("optimizer", plan.options().optimizer().optimizerName());
        json.put("states", Choices.word(plan.options().optimizerOptions().states()));
        json.put("weights", Choices.word(plan.options().optimizerOptions().weights().format()));
        json.put("parameters", summary.parameters());
        json.put("layers", LayerSize.of(plan.model()).stream().map(SummarySession::json).toList());
        json.put("variables", summary.variables().stream().map(SummarySession::json).toList());
        json.put("memory", summary.memory().stream().map(use -> json(summary, use)).toList());
        json.put("bytes", summary.bytes());
        json.put("bytes_per_parameter", summary.bytesPerParameter());
        return json;
    }

    private static Map<String, Object> json(LayerSize layer) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", layer.name());
        json.put("operation", layer.operation());
        json.put("output", output(layer));
        json.put("parameters", layer.parameters());
        json.put("multiplications", layer.multiplications());
        json.put("activation_bytes", layer.activationBytes());
        return json;
    }

    private static Map<String, Object> json(ModelSummary.Entry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", entry.name());
        json.put("shape", Arrays.stream(entry.shape().extents()).boxed().toList());
        json.put("elements", entry.shape().elements());
        json.put("trained", entry.trained());
        return json;
    }

    private static Map<String, Object> json(ModelSummary summary, ModelSummary.Use use) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("what", use.what());
        json.put("bytes", use.bytes());
        if (use.perParameter()) {
            json.put("bytes_per_parameter", summary.bytesPerParameter(use));
        }
        return json;
    }
}
