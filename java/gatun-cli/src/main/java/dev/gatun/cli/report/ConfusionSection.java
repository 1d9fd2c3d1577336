package dev.gatun.cli.report;

import dev.gatun.chart.HeatMap;
import dev.gatun.chart.Numbers;
import dev.gatun.chart.Page;
import dev.gatun.chart.Page.Cell;
import dev.gatun.data.image.ImageDataset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a report says of mistakes.
 *
 * @param confusions of the latest evaluation
 * @param names      of the classes
 * @param images     what was evaluated
 * @param split      what these images are: test or validation
 */
record ConfusionSection(Confusions confusions, List<String> names, ImageDataset images, String split) {
    /** More classes than this are a list of the worst pairs only. */
    private static final int MOST_CLASSES = 60;
    private static final int WORST = 12;
    private static final int WITH_PICTURES = 6;

    void addTo(Page page) {
        page.heading("Mistakes on the " + split + " images");
        if (names.size() <= MOST_CLASSES) {
            page.charts(List.of(new HeatMap("Share of each class's images, by what they were taken for",
                    "class", "taken for", names, shares())));
        }
        List<Confusions.Pair> worst = confusions.worst(WORST);
        if (worst.isEmpty()) {
            page.paragraph("Every " + split + " image was recognised.");
        } else {
            page.part("Confused most often").table(List.of("class", "taken for", "images", "of the class"),
                    worst.stream().map(this::row).toList());
            worst.stream().limit(WITH_PICTURES).forEach(pair -> page.pictures(
                    pair.surest().stream().map(mistake -> Thumbnail.of(images, mistake.image())).toList(),
                    names.get(pair.actual()) + ", taken for " + names.get(pair.predicted())
                            + String.format(Locale.ROOT, " (%.0f %% sure, or less)",
                            100 * pair.surest().getFirst().probability())));
        }
        page.details("Precision, recall and F1 of each class", () -> page.table(
                List.of("class", "images", "precision", "recall", "F1"), classes()));
    }

    private double[][] shares() {
        double[][] shares = new double[names.size()][names.size()];
        for (int i = 0; i < shares.length; i++) {
            for (int j = 0; j < shares.length; j++) {
                shares[i][j] = (double) confusions.matrix().count(i, j) / Math.max(1, confusions.matrix().examples(i));
            }
        }
        return shares;
    }

    private List<Cell> row(Confusions.Pair pair) {
        return List.of(Cell.of(names.get(pair.actual())), Cell.of(names.get(pair.predicted())),
                Cell.of(Long.toString(pair.count())),
                Cell.of(Numbers.percent((double) pair.count() / confusions.matrix().examples(pair.actual()))));
    }

    private List<List<Cell>> classes() {
        List<List<Cell>> rows = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            rows.add(List.of(Cell.of(names.get(i)), Cell.of(Long.toString(confusions.matrix().examples(i))),
                    Cell.of(Numbers.percent(confusions.precision(i))), Cell.of(Numbers.percent(confusions.recall(i))),
                    Cell.of(Numbers.percent(confusions.f1(i)))));
        }
        return rows;
    }
}
