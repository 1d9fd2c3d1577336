package dev.gatun.cli.evaluate;

import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import dev.gatun.train.classification.ClassificationReport;
import dev.gatun.train.classification.ConfusionMatrix;
import dev.gatun.train.classification.JudgedImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** A classification report for people and for programs. */
record Details(ClassificationReport report) {
    /** A matrix of more classes is shown as the pairs that are confused most. */
    private static final int WIDEST = 12;

    private static final int PAIRS = 10;

    void print(Output output) {
        ConfusionMatrix confusion = report.confusion();
        output.fact("mean", String.format(Locale.ROOT, "precision %s, recall %s, F1 %s%s",
                percent(confusion.macroPrecision()), percent(confusion.macroRecall()), percent(confusion.macroF1()),
                Double.isNaN(report.top5()) ? "" : ", top-5 accuracy " + percent(report.top5())));
        TextTable classes = new TextTable("class", ">images", ">precision", ">recall", ">F1");
        measured().forEach(c -> classes.row(confusion.classNames().get(c), Long.toString(confusion.examples(c)),
                percent(confusion.precision(c)), percent(confusion.recall(c)), percent(confusion.f1(c))));
        print(output, classes);
        if (confusion.correct() < confusion.examples()) {
            print(output, confusion.classes() <= WIDEST ? matrix() : pairs());
        }
        if (!report.worst().isEmpty()) {
            TextTable worst = new TextTable("worst image", "class", ">its probability", "predicted",
                    ">its probability");
            report.worst().forEach(image -> worst.row(image.name(), image.actual(),
                    percent(image.actualProbability()), image.predicted(), percent(image.predictedProbability())));
            print(output, worst);
        }
    }

    private static void print(Output output, TextTable table) {
        output.out().println();
        table.lines().forEach(output.out()::println);
    }

    private List<Integer> measured() {
        return IntStream.range(0, report.confusion().classes()).filter(c -> report.confusion().examples(c) > 0).boxed()
                .toList();
    }

    private TextTable matrix() {
        ConfusionMatrix confusion = report.confusion();
        List<String> heads = new ArrayList<>(List.of("class \\ predicted"));
        confusion.classNames().forEach(name -> heads.add(">" + name));
        TextTable table = new TextTable(heads.toArray(String[]::new));
        measured().forEach(actual -> {
            List<String> row = new ArrayList<>(List.of(confusion.classNames().get(actual)));
            for (int predicted = 0; predicted < confusion.classes(); predicted++) {
                row.add(Long.toString(confusion.count(actual, predicted)));
            }
            table.row(row.toArray(String[]::new));
        });
        return table;
    }

    private TextTable pairs() {
        ConfusionMatrix confusion = report.confusion();
        TextTable table = new TextTable("class", "confused with", ">images");
        confusion.mostConfused(PAIRS).forEach(pair -> table.row(confusion.classNames().get(pair.actual()),
                confusion.classNames().get(pair.predicted()), Long.toString(pair.count())));
        return table;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f %%", 100 * share);
    }

    Map<String, Object> toJson() {
        ConfusionMatrix confusion = report.confusion();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("mean_precision", confusion.macroPrecision());
        json.put("mean_recall", confusion.macroRecall());
        json.put("mean_f1", confusion.macroF1());
        if (!Double.isNaN(report.top5())) {
            json.put("top_5_accuracy", report.top5());
        }
        json.put("per_class", measured().stream().map(c -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("class", confusion.classNames().get(c));
            one.put("images", confusion.examples(c));
            one.put("precision", confusion.precision(c));
            one.put("recall", confusion.recall(c));
            one.put("f1", confusion.f1(c));
            return one;
        }).toList());
        json.put("class_names", confusion.classNames());
        json.put("confusion", IntStream.range(0, confusion.classes()).mapToObj(actual ->
                IntStream.range(0, confusion.classes()).mapToObj(predicted -> confusion.count(actual, predicted))
                        .toList()).toList());
        json.put("worst", report.worst().stream().map(Details::toJson).toList());
        return json;
    }

    private static Map<String, Object> toJson(JudgedImage image) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("image", image.name());
        json.put("class", image.actual());
        json.put("probability", image.actualProbability());
        json.put("predicted", image.predicted());
        json.put("predicted_probability", image.predictedProbability());
        return json;
    }
}
