package dev.gatun.cli.train;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.ResultFile;
import dev.gatun.cli.terminal.Output;
import dev.gatun.cli.terminal.TextTable;
import dev.gatun.train.search.LearningRateCurve;
import dev.gatun.train.search.LearningRateFinder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code --find-lr} tells of a curve of learning rates. */
record RateSearch(LearningRateFinder finder, LearningRateCurve curve) {
    private static final int ROWS = 16;
    private static final int BAR = 40;

    private double suggestion() {
        try {
            return curve.suggestion();
        } catch (IllegalStateException e) {
            throw new CliException(ExitCode.NON_FINITE_LOSS, "--find-lr: " + e.getMessage(), e);
        }
    }

    void report(Output output, ResultFile json) {
        double suggestion = suggestion();
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < curve.size(); i++) {
            most = Math.max(most, curve.smoothed(i));
        }
        double least = curve.smoothed(curve.best());
        TextTable table = new TextTable(">learning rate", ">loss", "");
        for (int i : shown()) {
            int length = (int) Math.round(BAR * (curve.smoothed(i) - least) / Math.max(most - least, 1e-12));
            table.row(String.format(Locale.ROOT, "%.2e", curve.rate(i)),
                    String.format(Locale.ROOT, "%.4f", curve.smoothed(i)), "#".repeat(length));
        }
        table.lines().forEach(output.out()::println);
        output.fact("rate", String.format(Locale.ROOT, "the loss falls fastest at %.2e and is least at %.2e, after %d"
                + " steps from %.0e on: begin with --lr %.2e", suggestion, curve.rate(curve.best()), curve.size(),
                finder.least(), suggestion));
        json.write(toJson(suggestion));
    }

    /** Steps that lie evenly, the last among them. */
    private List<Integer> shown() {
        int every = Math.max(1, Math.ceilDiv(curve.size(), ROWS));
        List<Integer> steps = new ArrayList<>();
        for (int i = (curve.size() - 1) % every; i < curve.size(); i += every) {
            steps.add(i);
        }
        return steps;
    }

    private Map<String, Object> toJson(double suggestion) {
        List<Object> points = new ArrayList<>();
        for (int i = 0; i < curve.size(); i++) {
            Map<String, Object> point = new LinkedHashMap<>();
            point.put("learning_rate", curve.rate(i));
            point.put("loss", curve.loss(i));
            point.put("smoothed_loss", curve.smoothed(i));
            points.add(point);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("suggested_learning_rate", suggestion);
        json.put("learning_rate_of_least_loss", curve.rate(curve.best()));
        json.put("steps", points);
        return json;
    }
}
