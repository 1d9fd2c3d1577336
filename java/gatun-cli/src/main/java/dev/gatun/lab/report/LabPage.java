package dev.gatun.lab.report;

import dev.gatun.lab.Contender;
import dev.gatun.lab.Criterion;
import dev.gatun.lab.Method;
import dev.gatun.lab.Ranking;
import dev.gatun.lab.Setting;
import dev.gatun.lab.Surface;
import dev.gatun.lab.Texts;
import dev.gatun.lab.Trajectory;
import dev.gatun.lab.report.Html.Cell;
import dev.gatun.lab.report.Html.Term;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The page for people.
 *
 * @param problem why there are no pictures; empty when there are
 */
record LabPage(LabReport report, List<Picture> ofRuns, List<Picture> ofSurfaces, String problem) {

    String html() {
        Setting setting = report.setting();
        Html html = new Html("Optimizers: " + setting.model().name() + " on " + setting.dataName());
        html.paragraph(setting());
        if (!problem.isEmpty()) {
            html.paragraph("This page has no pictures: " + problem + ".");
        }
        html.heading("Ranking").table(rankingHeads(), rankingRows()).terms(terms());
        html.heading("Training")
                .paragraph("Every learning rate is the default of gatun train for the optimizer, unless said"
                + " otherwise.");
        ofRuns.forEach(html::picture);
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
        ofSurfaces.forEach(html::picture);
        return html.toString();
    }

    private String setting() {
        Setting setting = report.setting();
        return setting.data().train().size() + " training images, " + setting.data().test().size() + " test images, "
                + setting.training().epochs() + " epochs, batches of " + setting.training().batchSize() + ", "
                + report.study().options().seeds() + " seeds, " + report.study().trials().size() + " training runs.";
    }

    private List<String> rankingHeads() {
        List<String> heads = new ArrayList<>(List.of("optimizer", "learning rate", "mean rank"));
        for (Criterion criterion : report.ranking().criteria()) {
            heads.add(criterion.name());
            criterion.measures().forEach(measure -> heads.add(measure.name()));
        }
        return heads;
    }

    private List<List<Cell>> rankingRows() {
        Ranking ranking = report.ranking();
        List<List<Cell>> rows = new ArrayList<>();
        for (int i : ranking.order()) {
            Contender contender = ranking.contenders().get(i);
            List<Cell> row = new ArrayList<>(List.of(Cell.of(contender.name()),
                    Cell.of(Texts.number(contender.numbers().learningRate())), rank(ranking.meanRank(i))));
            for (Criterion criterion : ranking.criteria()) {
                row.add(rank(criterion.ranks().get(i)));
                criterion.measures().forEach(measure -> row.add(Cell.of(measure.text(i))));
            }
            rows.add(row);
        }
        return rows;
    }

    private Cell rank(double rank) {
        double places = Math.max(1, report.study().contenders().size() - 1);
        return new Cell(Texts.number(rank), 1 - (rank - 1) / places);
    }

    private List<Term> terms() {
        return report.ranking().criteria().stream()
                .map(criterion -> new Term(criterion.name(), criterion.question() + " " + criterion.answer())).toList();
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
