package dev.gatun.lab.report;

import dev.gatun.chart.Axis;
import dev.gatun.chart.LineChart;
import dev.gatun.chart.Page;
import dev.gatun.chart.Page.Cell;
import dev.gatun.chart.Series;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.lab.Texts;
import dev.gatun.lab.init.InitOptions;
import dev.gatun.lab.init.Propagation;
import dev.gatun.lab.init.Propagation.LayerNorms;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * How signals fare at the beginning, in files: {@code layers.csv}, two charts as SVG, and {@code report.html}, which
 * holds them and needs no other file.
 *
 * @param data    what the images are called
 * @param options what was measured
 * @param results one for each variance
 */
public record InitReport(String data, InitOptions options, List<Propagation> results) {
    /** The page's file name. */
    public static final String PAGE = "report.html";

    public InitReport {
        results = List.copyOf(results);
    }

    /** {@code 2/n}. */
    public static String name(Propagation result) {
        return Texts.number(result.variance()) + "/n";
    }

    /**
     * Writes all files, each whole or not at all.
     *
     * @throws dev.gatun.io.file.StorageException when the disk refuses
     */
    public void write(Path folder) {
        AtomicFile.write(folder.resolve("layers.csv"), table().csv());
        List<NamedChart> charts = List.of(
                chart("activations", "Norm of activations by layer", LayerNorms::activation),
                chart("gradients", "Norm of the gradient by activations, by layer", LayerNorms::gradient));
        charts.forEach(chart -> chart.write(folder));
        AtomicFile.write(folder.resolve(PAGE), page(charts));
    }

    /** Every norm. */
    Table table() {
        List<List<Object>> rows = new ArrayList<>();
        for (Propagation result : results) {
            for (int i = 0; i < result.layers().size(); i++) {
                LayerNorms norms = result.layers().get(i);
                rows.add(List.of(result.variance(), i + 1, norms.activation(), norms.gradient(),
                        norms.weightGradient()));
            }
        }
        return new Table(
                List.of("variance", "layer", "activation_norm", "gradient_norm", "weight_gradient_norm"), rows);
    }

    private NamedChart chart(String name, String title, ToDoubleFunction<LayerNorms> norm) {
        LineChart chart = new LineChart(title, Axis.whole("layer"), Axis.logarithmic("norm"));
        for (Propagation result : results) {
            chart.add(Series.counted("variance " + name(result), result.layers().stream().mapToDouble(norm).toArray()));
        }
        return new NamedChart(name, chart);
    }

    private String page(List<NamedChart> charts) {
        Page html = new Page("Initialisation: " + options.depth() + " layers on " + data);
        html.paragraph("Linear layers of " + options.width() + " outputs without biases, each followed by a ReLU."
                + " Weights are normal with a variance of v/n for layers of n inputs; norms are means over "
                + options.examples() + " images and " + options.seeds() + " seeds. A ReLU halves the mean square of"
                + " what it reads, so that v = 2 keeps it.");
        html.table(List.of("variance", "activations", "from the first to the last layer", "factor by layer",
                "gradients", "from the last to the first layer", "factor by layer"), results.stream().map(result ->
                List.of(Cell.of(name(result)), Cell.of(result.activations().text()),
                        Cell.of(between(result.layers().getFirst().activation(),
                                result.layers().getLast().activation())),
                        Cell.of(Texts.number(result.forwardFactor())), Cell.of(result.gradients().text()),
                        Cell.of(between(result.layers().getLast().gradient(), result.layers().getFirst().gradient())),
                        Cell.of(Texts.number(result.backwardFactor())))).toList());
        html.charts(charts.stream().map(NamedChart::chart).toList());
        return html.toString();
    }

    private static String between(double from, double to) {
        return Texts.number(from) + " to " + Texts.number(to);
    }

    /** The options and every norm as plain values. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("data", data);
        json.put("depth", options.depth());
        json.put("width", options.width());
        json.put("examples", options.examples());
        json.put("seeds", options.seeds());
        json.put("layers", table().objects());
        json.put("trends", results.stream().map(result -> Map.of("variance", result.variance(),
                "activations", result.activations().text(), "gradients", result.gradients().text())).toList());
        return json;
    }
}
