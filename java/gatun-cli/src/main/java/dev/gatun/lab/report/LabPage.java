package dev.gatun.lab.report;

import dev.gatun.chart.Numbers;
import dev.gatun.chart.Page;
import dev.gatun.chart.Page.Cell;
import dev.gatun.lab.Contender;
import dev.gatun.lab.Criterion;
import dev.gatun.lab.Method;
import dev.gatun.lab.Ranking;
import dev.gatun.lab.Setting;
import dev.gatun.lab.Surface;
import dev.gatun.lab.Texts;
import dev.gatun.lab.Trajectory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The page for people. */
record LabPage(LabReport report, List<NamedChart> ofRuns, List<NamedChart> ofSurfaces) {

    String html() {
        Setting setting = report.setting();
        Page html = new Page("Optimizers: " + setting.model().name() + " on " + setting.dataName());
        html.paragraph(setting());
        html.heading("Ranking").paragraph("A rank of 1 is best.").table(rankHeads(), rankRows());
        report.ranking().criteria().forEach(criterion -> html.part(criterion.name() + ": " + criterion.question())
                .paragraph(criterion.answer()).table(measureHeads(criterion), measureRows(criterion)));
        if (!report.study().options().rateFactors().isEmpty()) {
            html.part("The best learning rate beside the default")
                    .paragraph("Test accuracy of the first seed with the default learning rate, and with the best of"
                    + " those that were tried.").table(List.of("optimizer", "default rate", "accuracy", "rank",
                    "best rate", "accuracy", "rank"), bestRates());
        }
        html.heading("Training")
                .paragraph("Every learning rate is the default of gatun train for the optimizer, unless said"
                + " otherwise.");
        html.charts(ofRuns.stream().map(NamedChart::chart).toList());
        html.heading("Surfaces")
                .paragraph("Each optimizer goes down from the same start, in f32, with the learning rate (of"
                + " 37 from 1e-6 to 1e3) with which it settles soonest: the step from which on its distance to a "
                + "minimum stays"
                + " within " + Texts.number(100 * Trajectory.TOLERANCE)
                + " % of that at the start. Where none settles, the one"
                + " that ends nearest. L-BFGS and Newton's method find the length of their steps by themselves, in "
                + "double; a step"
                + " is one iteration, whatever its line search evaluates. Rules for matrices alone, such as Muon, stay "
                + "out.");
        html.table(surfaceHeads(), surfaceRows());
        html.charts(ofSurfaces.stream().map(NamedChart::chart).toList());
        return html.toString();
    }

    private String setting() {
        Setting setting = report.setting();
        return setting.data().train().size() + " training images, " + setting.data().test().size() + " test images, "
                + setting.training().epochs() + " epochs, batches of " + setting.training().batchSize() + ", "
                + report.study().options().seeds() + " seeds, " + report.study().trials().size() + " training runs.";
    }

    private List<String> rankHeads() {
        List<String> heads = new ArrayList<>(List.of("optimizer", "learning rate", "mean rank"));
        report.ranking().criteria().forEach(criterion -> heads.add(criterion.name()));
        return heads;
    }

    private List<List<Cell>> rankRows() {
        Ranking ranking = report.ranking();
        List<List<Cell>> rows = new ArrayList<>();
        for (int i : ranking.order()) {
            Contender contender = ranking.contenders().get(i);
            List<Cell> row = new ArrayList<>(List.of(Cell.of(contender.name()),
                    Cell.of(Texts.number(contender.numbers().learningRate())), rank(ranking.meanRank(i))));
            ranking.criteria().forEach(criterion -> row.add(rank(criterion.ranks().get(i))));
            rows.add(row);
        }
        return rows;
    }

    private static List<String> measureHeads(Criterion criterion) {
        List<String> heads = new ArrayList<>(List.of("optimizer", "rank"));
        criterion.measures().forEach(measure -> heads.add(measure.name()));
        return heads;
    }

    /** The best first. */
    private List<List<Cell>> measureRows(Criterion criterion) {
        List<Double> ranks = criterion.ranks();
        List<List<Cell>> rows = new ArrayList<>();
        IntStream.range(0, ranks.size()).boxed().sorted(Comparator.comparing(ranks::get)).forEach(i -> {
            List<Cell> row = new ArrayList<>(
                    List.of(Cell.of(report.ranking().contenders().get(i).name()), rank(ranks.get(i))));
            criterion.measures().forEach(measure -> row.add(Cell.of(measure.text(i))));
            rows.add(row);
        });
        return rows;
    }

    private List<List<Cell>> bestRates() {
        return report.bestRates().ranked().map(row -> List.of(Cell.of(row.contender().name()),
                Cell.of(Texts.number(row.contender().numbers().learningRate())),
                Cell.of(Numbers.percent(row.accuracy())), rank(row.rank()), Cell.of(Texts.number(row.bestRate())),
                Cell.of(Numbers.percent(row.bestAccuracy())), rank(row.bestRank()))).toList();
    }

    private Cell rank(double rank) {
        double places = Math.max(1, report.study().contenders().size() - 1);
        return new Cell(Texts.number(rank), 1 - (rank - 1) / places);
    }

    private Set<Surface> surfaces() {
        return report.trajectories().stream().map(Trajectory::surface)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<String> surfaceHeads() {
        List<String> heads = new ArrayList<>(List.of("optimizer"));
        surfaces().forEach(surface ->
                heads.addAll(List.of(surface.name() + ": learning rate", "steps", "distance in the end")));
        return heads;
    }

    private List<List<Cell>> surfaceRows() {
        Map<Method, List<Cell>> rows = new LinkedHashMap<>();
        for (Trajectory each : report.trajectories()) {
            List<Cell> row = rows.computeIfAbsent(each.method(),
                    method -> new ArrayList<>(List.of(Cell.of(method.title()))));
            row.add(Cell.of(Texts.number(each.learningRate())));
            row.add(Cell.of(each.stepsToTolerance() < 0 ? "not settled" : "" + each.stepsToTolerance()));
            row.add(Cell.of(Texts.number(each.distance())));
        }
        return List.copyOf(rows.values());
    }
}
