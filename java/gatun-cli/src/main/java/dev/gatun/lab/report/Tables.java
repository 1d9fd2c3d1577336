package dev.gatun.lab.report;

import dev.gatun.lab.BestRates;
import dev.gatun.lab.Contender;
import dev.gatun.lab.Criterion;
import dev.gatun.lab.LossSpikes;
import dev.gatun.lab.Point;
import dev.gatun.lab.Ranking;
import dev.gatun.lab.Study;
import dev.gatun.lab.Trajectory;
import dev.gatun.lab.Trial;
import dev.gatun.lab.TrialResult;
import dev.gatun.lab.TrialResult.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All figures, for programs to read. */
final class Tables {
    private Tables() {}

    /** Every training run. */
    static Table runs(Study study) {
        List<List<Object>> rows = new ArrayList<>();
        for (Trial trial : study.trials()) {
            TrialResult result = study.result(trial);
            Optional<Measured> reached = result.reached(study.options().target());
            rows.add(List.of(trial.contender().name(), trial.learningRate(), trial.rateFactor(), trial.disturbance(),
                    trial.seed(), result.losses().size(), result.seconds(), result.accuracy(), result.bestAccuracy(),
                    result.curve().getLast().loss(), LossSpikes.count(result.losses(), study.options().spikeFactor()),
                    result.diverged(), reached.map(at -> (Object) at.step()).orElse(""),
                    reached.map(at -> (Object) at.seconds()).orElse("")));
        }
        return new Table(List.of("optimizer", "learning_rate", "rate_factor", "disturbance", "seed", "steps", "seconds",
                "accuracy_final", "accuracy_best", "test_loss", "spikes", "diverged", "steps_to_target",
                "seconds_to_target"), rows);
    }

    /** Every contender, the best first. */
    static Table summary(Ranking ranking) {
        List<String> columns = new ArrayList<>(List.of("optimizer", "learning_rate", "mean_rank"));
        for (Criterion criterion : ranking.criteria()) {
            columns.add("rank_" + criterion.name());
            criterion.measures().forEach(measure -> columns.add(measure.key()));
        }
        List<List<Object>> rows = new ArrayList<>();
        for (int i : ranking.order()) {
            Contender contender = ranking.contenders().get(i);
            List<Object> row = new ArrayList<>(
                    List.of(contender.name(), contender.numbers().learningRate(), ranking.meanRank(i)));
            for (Criterion criterion : ranking.criteria()) {
                row.add(criterion.ranks().get(i));
                criterion.measures().forEach(measure -> row.add(measure.values().get(i)));
            }
            rows.add(row);
        }
        return new Table(columns, rows);
    }

    /** Every contender at its default learning rate and at the best that was tried, the best first. */
    static Table rates(BestRates rates) {
        return new Table(List.of("optimizer", "learning_rate", "accuracy", "rank", "best_rate", "best_accuracy",
                "best_rank"), rates.ranked().map(row -> List.<Object>of(row.contender().name(),
                row.contender().numbers().learningRate(), row.accuracy(), row.rank(), row.bestRate(),
                row.bestAccuracy(), row.bestRank())).toList());
    }

    /** Every trajectory. */
    static Table trajectories(List<Trajectory> trajectories) {
        List<List<Object>> rows = new ArrayList<>();
        for (Trajectory each : trajectories) {
            Point last = each.points().getLast();
            rows.add(List.of(each.surface().name(), each.method().title(), each.learningRate(),
                    each.stepsToTolerance() < 0 ? "" : each.stepsToTolerance(), each.distance(), last.x(), last.y(),
                    each.surface().value(last)));
        }
        return new Table(List.of("surface", "optimizer", "learning_rate", "steps_to_tolerance", "distance", "x", "y",
                "value"), rows);
    }
}
