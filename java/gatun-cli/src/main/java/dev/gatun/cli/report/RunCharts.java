package dev.gatun.cli.report;

import dev.gatun.chart.Axis;
import dev.gatun.chart.Chart;
import dev.gatun.chart.LineChart;
import dev.gatun.chart.Series;
import dev.gatun.chart.Series.Style;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonLines;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * The curves of a run.
 *
 * @param epochs lines of {@code metrics.jsonl}
 * @param steps  what steps were like
 */
record RunCharts(List<Map<String, Object>> epochs, StepCurve steps) {
    /** From this ratio of its greatest value to its least on, a loss is shown logarithmically. */
    private static final double WIDE = 20;

    private static final String STEP = "step";

    /** What is measured on a set of examples, as keys of the metrics begin. */
    private static final List<String> SETS = List.of("train", "validation", "test");

    List<Chart> all() {
        return List.of(losses(), accuracies(), rates(), throughput());
    }

    /** A number of a line that anybody may have edited; NaN where there is none. */
    static double number(Map<String, Object> line, String key) {
        try {
            return Json.asDouble(line.get(key));
        } catch (IllegalArgumentException _) {
            return Double.NaN;
        }
    }

    private double[] values(String key) {
        return epochs.stream().mapToDouble(line -> number(line, key)).toArray();
    }

    private void addEpochs(LineChart chart, String what, double factor, double[] x) {
        for (String set : SETS) {
            String key = set + "_" + what;
            if (epochs.stream().anyMatch(line -> line.containsKey(key))) {
                double[] values = Arrays.stream(values(key)).map(value -> factor * value).toArray();
                chart.add(new Series(set, x, values, Style.DOTS));
            }
        }
    }

    private Chart losses() {
        double[] all = DoubleStream.concat(Arrays.stream(steps.losses()),
                SETS.stream().flatMapToDouble(set -> Arrays.stream(values(set + "_loss"))))
                .filter(Double::isFinite).toArray();
        double least = Arrays.stream(all).min().orElse(0);
        boolean wide = least > 0 && Arrays.stream(all).max().orElse(0) > WIDE * least;
        LineChart chart = new LineChart("Loss", Axis.whole(STEP), wide ? Axis.logarithmic("loss")
                : Axis.linear("loss"));
        addEpochs(chart, "loss", 1, values(JsonLines.STEP));
        return chart.add(new Series("each step, in training", steps.steps(), steps.losses(), Style.LINE));
    }

    private Chart accuracies() {
        LineChart chart = new LineChart("Accuracy", Axis.whole("epoch"), Axis.linear("accuracy (%)"));
        addEpochs(chart, "accuracy", 100, values("epoch"));
        return chart;
    }

    private Chart rates() {
        return new LineChart("Schedule", Axis.whole(STEP), Axis.linear("learning rate"))
                .add(new Series("", steps.steps(), steps.rates(), Style.LINE));
    }

    private Chart throughput() {
        double[] speeds = steps.imagesPerSecond();
        double most = Arrays.stream(speeds).filter(Double::isFinite).max().orElse(1);
        return new LineChart("Throughput in training", Axis.whole(STEP),
                Axis.linear("images per second").between(0, 1.05 * most))
                .add(new Series("", steps.steps(), speeds, Style.LINE));
    }
}
