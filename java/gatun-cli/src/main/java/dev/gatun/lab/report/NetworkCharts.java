package dev.gatun.lab.report;

import dev.gatun.data.image.disturbance.Disturbance;
import dev.gatun.lab.Contender;
import dev.gatun.lab.Criterion;
import dev.gatun.lab.Family;
import dev.gatun.lab.LossSpikes;
import dev.gatun.lab.Ranking;
import dev.gatun.lab.Study;
import dev.gatun.lab.Trial;
import dev.gatun.lab.TrialResult;
import dev.gatun.lab.TrialResult.Measured;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.knowm.xchart.RadarChart;
import org.knowm.xchart.XYChart;

/** Pictures of training runs. Where there are many contenders, each family has pictures of its own. */
final class NetworkCharts {
    private static final int SMOOTHING = 20;
    private static final int BEST = 6;

    private final Study study;

    NetworkCharts(Study study) {
        this.study = study;
    }

    /** Contenders that share a picture. */
    private record Group(String suffix, String title, List<Contender> contenders) {}

    private List<Group> groups() {
        if (study.contenders().size() <= ChartStyle.MOST_SERIES) {
            return List.of(new Group("", "", study.contenders()));
        }
        Map<Family, List<Contender>> families = new EnumMap<>(Family.class);
        study.contenders().forEach(contender ->
                families.computeIfAbsent(contender.family(), _ -> new ArrayList<>()).add(contender));
        return families.entrySet().stream()
                .map(family -> new Group("-" + family.getKey().word(), ": " + family.getKey().title(),
                family.getValue()))
                .toList();
    }

    List<Picture> all(Ranking ranking) {
        List<Picture> pictures = new ArrayList<>(List.of(radar(ranking)));
        List<Group> groups = groups();
        groups.forEach(group -> pictures.add(losses(group)));
        groups.forEach(group -> pictures.add(accuracies(group)));
        if (!study.options().rateFactors().isEmpty()) {
            groups.forEach(group -> pictures.add(rates(group)));
        }
        if (!study.options().labelNoise().isEmpty()) {
            groups.forEach(group -> pictures.add(noise(
                    group, "label-noise", "wrong labels (share)", study.options().labelNoise(),
                    Disturbance.LabelNoise::new)));
        }
        if (!study.options().inputNoise().isEmpty()) {
            groups.forEach(group -> pictures.add(noise(group, "input-noise",
                    "deviation of noise on images (share of range)",
                    study.options().inputNoise(), Disturbance.InputNoise::new)));
        }
        return pictures;
    }

    private static Picture radar(Ranking ranking) {
        int contenders = ranking.contenders().size();
        RadarChart chart = ChartStyle.radar("The five criteria: the outer the better the rank");
        chart.setRadiiLabels(ranking.criteria().stream().map(Criterion::name).toArray(String[]::new));
        for (int i : ranking.order().subList(0, Math.min(BEST, contenders))) {
            chart.addSeries(ranking.contenders().get(i).name(), ranking.criteria().stream()
                    .mapToDouble(criterion -> 1 - (criterion.ranks().get(i) - 1) / contenders).toArray());
        }
        return Picture.of("criteria", contenders <= BEST
                ? "Ranks in the five criteria"
                : "Ranks in the five criteria, of the " + BEST + " with the best mean rank", chart);
    }

    private Picture losses(Group group) {
        XYChart chart = ChartStyle.lines("Training loss" + group.title(), "step", "loss");
        chart.getStyler().setYAxisLogarithmic(true);
        for (Contender contender : group.contenders()) {
            List<Float> losses = study.plain(contender).getFirst().losses();
            ChartStyle.add(chart, contender.name(), steps(losses.size()), smooth(losses), false);
        }
        return Picture.of("loss" + group.suffix(),
                "Training loss with the first seed, as the median of the last " + SMOOTHING + " steps" + group.title(),
                chart);
    }

    private static List<Double> steps(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(Double::valueOf).toList();
    }

    /** No lower than a logarithmic axis can show. */
    private static List<Double> smooth(List<Float> losses) {
        return IntStream.range(0, losses.size())
                .mapToObj(i -> Math.max(1e-4, LossSpikes.median(losses.subList(Math.max(0, i + 1 - SMOOTHING), i + 1))))
                .toList();
    }

    private Picture accuracies(Group group) {
        XYChart chart = ChartStyle.lines("Test accuracy" + group.title(), "step", "%");
        for (Contender contender : group.contenders()) {
            List<List<Measured>> curves = study.plain(contender).stream().map(TrialResult::curve).toList();
            int common = curves.stream().mapToInt(List::size).min().orElse(0);
            ChartStyle.add(chart, contender.name(),
                    IntStream.range(0, common).mapToObj(i -> (double) curves.getFirst().get(i).step()).toList(),
                    IntStream.range(0, common).mapToObj(i -> 100 * curves.stream()
                            .mapToDouble(curve -> curve.get(i).accuracy()).average().orElseThrow()).toList(), true);
        }
        return Picture.of("accuracy" + group.suffix(), "Test accuracy, the mean over seeds" + group.title(), chart);
    }

    private Picture rates(Group group) {
        List<Double> factors = Stream.concat(Stream.of(1.0), study.options().rateFactors().stream()).sorted().toList();
        XYChart chart = ChartStyle.lines(
                "Sensitivity to the learning rate" + group.title(), "learning rate / default", "test accuracy (%)");
        chart.getStyler().setXAxisLogarithmic(true);
        for (Contender contender : group.contenders()) {
            ChartStyle.add(chart, contender.name(), factors,
                    factors.stream().map(factor -> 100 * study.accuracyAtRate(contender, factor)).toList(), true);
        }
        return Picture.of("rates" + group.suffix(),
                "Test accuracy with other learning rates than the default" + group.title(), chart);
    }

    private Picture noise(
            Group group, String name, String axis, List<Double> levels, DoubleFunction<Disturbance> disturbance) {
        List<Double> all = Stream.concat(Stream.of(0.0), levels.stream()).sorted().toList();
        XYChart chart = ChartStyle.lines("Resistance to noise" + group.title(), axis, "test accuracy (%)");
        for (Contender contender : group.contenders()) {
            ChartStyle.add(chart, contender.name(), all, all.stream().map(level -> 100 * study.accuracy(
                    contender, level == 0 ? Trial.CLEAN : disturbance.apply(level))).toList(), true);
        }
        return Picture.of(name + group.suffix(), "Accuracy on clean test images after training with "
                + name.replace('-', ' ') + ", the mean over seeds" + group.title(), chart);
    }
}
