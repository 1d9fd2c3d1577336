package dev.gatun.cli.lab;

import dev.gatun.cli.terminal.TextTable;
import dev.gatun.lab.Contender;
import dev.gatun.lab.Criterion;
import dev.gatun.lab.Measure;
import dev.gatun.lab.Ranking;
import dev.gatun.lab.Trajectory;
import dev.gatun.lab.report.LabReport;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The outcome of the laboratory on a terminal. */
record LabTables(LabReport report) {
    List<String> lines() {
        Ranking ranking = report.ranking();
        List<String> lines = new ArrayList<>(ranks(ranking));
        lines.add("");
        lines.addAll(figures(ranking));
        lines.add("");
        lines.addAll(surfaces());
        return lines;
    }

    private static List<String> ranks(Ranking ranking) {
        List<String> heads = new ArrayList<>(List.of("rank in"));
        ranking.criteria().forEach(criterion -> heads.add(">" + criterion.name()));
        heads.add(">mean");
        TextTable table = new TextTable(heads.toArray(String[]::new));
        for (int i : ranking.order()) {
            List<String> cells = new ArrayList<>(List.of(ranking.contenders().get(i).name()));
            ranking.criteria().forEach(criterion -> cells.add(rank(criterion.ranks().get(i))));
            cells.add(rank(ranking.meanRank(i)));
            table.row(cells.toArray(String[]::new));
        }
        return table.lines();
    }

    private static String rate(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }

    private static String rank(double rank) {
        return String.format(Locale.ROOT, "%.1f", rank);
    }

    private static List<String> figures(Ranking ranking) {
        List<Measure> measures = ranking.criteria().stream().map(Criterion::measures).flatMap(List::stream).toList();
        List<String> heads = new ArrayList<>(List.of("optimizer", ">rate"));
        measures.forEach(measure -> heads.add(">" + measure.name()));
        TextTable table = new TextTable(heads.toArray(String[]::new));
        for (int i : ranking.order()) {
            Contender contender = ranking.contenders().get(i);
            List<String> cells = new ArrayList<>(List.of(contender.name(), rate(contender.numbers().learningRate())));
            measures.forEach(measure -> cells.add(measure.text(i)));
            table.row(cells.toArray(String[]::new));
        }
        return table.lines();
    }

    /** Steps until each stays near a minimum, with the learning rate that was found. */
    private List<String> surfaces() {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        List<String> heads = new ArrayList<>(List.of("steps on"));
        for (Trajectory each : report.trajectories()) {
            if (!heads.contains(">" + each.surface().name())) {
                heads.add(">" + each.surface().name());
            }
            rows.computeIfAbsent(each.method().title(), name -> new ArrayList<>(List.of(name))).add(steps(each));
        }
        TextTable table = new TextTable(heads.toArray(String[]::new));
        rows.values().forEach(cells -> table.row(cells.toArray(String[]::new)));
        return table.lines();
    }

    private static String steps(Trajectory trajectory) {
        return trajectory.stepsToTolerance() < 0
                ? String.format(Locale.ROOT, "ends %.2g away", trajectory.distance())
                : String.format(Locale.ROOT, "%d at %.2g", trajectory.stepsToTolerance(), trajectory.learningRate());
    }
}
