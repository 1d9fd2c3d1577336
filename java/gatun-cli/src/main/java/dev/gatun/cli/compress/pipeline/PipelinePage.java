package dev.gatun.cli.compress.pipeline;

import dev.gatun.chart.Axis;
import dev.gatun.chart.Chart;
import dev.gatun.chart.LineChart;
import dev.gatun.chart.Numbers;
import dev.gatun.chart.Page;
import dev.gatun.chart.Page.Cell;
import dev.gatun.chart.Series;
import dev.gatun.memory.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The page of a pipeline: a table and charts of its stages, in one file that needs no other. */
final class PipelinePage {
    private final String title;
    private final List<StageFigures> stages;
    private final List<Sensitivity> layers;
    private final String machine;

    /**
     * @param stages  the network of the beginning and what each stage made of it
     * @param layers  of the network of the beginning; empty where they were not measured
     * @param machine what the speeds were measured on
     */
    PipelinePage(String title, List<StageFigures> stages, List<Sensitivity> layers, String machine) {
        this.title = title;
        this.stages = stages;
        this.layers = layers;
        this.machine = machine;
    }

    /** The page as HTML. */
    String html() {
        Page page = new Page(title);
        page.paragraph("Each row is the network after a stage. Accuracy is that of the test images; the file is ONNX;"
                + " images a second are forward passes in batches of 1 and of " + StageMeasurement.BATCH
                + ", medians, on " + machine + ".");
        page.table(List.of("stage", "accuracy", "parameters", "million MACs", "file", "images/s, batch 1",
                "images/s, batch " + StageMeasurement.BATCH, "file, times smaller", "times faster"), rows());
        page.charts(List.of(
                against("Accuracy against size", Axis.logarithmic("bytes of the file"), StageFigures::bytes),
                against("Accuracy against speed", Axis.logarithmic("images/s, batch " + StageMeasurement.BATCH),
                        StageFigures::batched)));
        if (!layers.isEmpty()) {
            page.part("Sensitivity of the first network's layers");
            page.paragraph("Accuracy when a share of one layer's weights, the smallest, is zero and all others are as"
                    + " they were.");
            page.charts(List.of(sensitivity()));
        }
        return page.toString();
    }

    private List<List<Cell>> rows() {
        StageFigures first = stages.getFirst();
        List<List<Cell>> rows = new ArrayList<>();
        for (StageFigures stage : stages) {
            rows.add(List.of(Cell.of(stage.name()), Cell.of(Numbers.percent(stage.accuracy())),
                    Cell.of(String.format(Locale.ROOT, "%,d", stage.parameters())),
                    Cell.of(String.format(Locale.ROOT, "%.2f", stage.macs() / 1e6)),
                    Cell.of(Bytes.format(stage.bytes())), Cell.of(String.format(Locale.ROOT, "%.0f", stage.oneByOne())),
                    Cell.of(String.format(Locale.ROOT, "%.0f", stage.batched())),
                    Cell.of(times((double) first.bytes() / stage.bytes())),
                    Cell.of(times(stage.batched() / first.batched()))));
        }
        return rows;
    }

    private static String times(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    private Chart against(String name, Axis x, ToDoubleFunction<StageFigures> place) {
        LineChart chart = new LineChart(name, x, Axis.linear("accuracy"));
        for (StageFigures stage : stages) {
            chart.add(new Series(stage.name(), new double[] {place.applyAsDouble(stage)},
                    new double[] {stage.accuracy()}, Series.Style.DOTS));
        }
        return chart;
    }

    private Chart sensitivity() {
        LineChart chart = new LineChart("Accuracy without the smallest weights of a layer",
                Axis.of("layer", layers.stream().map(Sensitivity::layer).toList()), Axis.linear("accuracy"));
        for (int i = 0; i < Sensitivity.SHARES.size(); i++) {
            int share = i;
            chart.add(new Series("without " + Numbers.percent(Sensitivity.SHARES.get(i)),
                    IntStream.range(0, layers.size()).asDoubleStream().toArray(),
                    layers.stream().mapToDouble(layer -> layer.accuracies().get(share)).toArray(),
                    Series.Style.LINE));
        }
        return chart;
    }
}
