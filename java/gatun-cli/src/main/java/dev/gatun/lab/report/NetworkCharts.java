package dev.gatun.lab.report;

import dev.gatun.chart.Axis;
import dev.gatun.chart.LineChart;
import dev.gatun.chart.Series;
import dev.gatun.chart.Series.Style;
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
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** NamedCharts of training runs. Where there are many contenders, each family has charts of its own. */
final class NetworkCharts {
    private static final int SMOOTHING = 20;
    /** Lines that colours tell apart. */
    private static final int MOST_SERIES = 8;
    private static final int BEST = 6;
    private static final String STEP = "step";
    private static final String ACCURACY = "test accuracy (%)";

    private final Study study;

    NetworkCharts(Study study) {
        this.study = study;
    }

    /** Contenders that share a picture. */
    private record Group(String suffix, String title, List<Contender> contenders) {}

    private List<Group> groups() {
        if (study.contenders().size() <= MOST_SERIES) {
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

    List<NamedChart> all(Ranking ranking) {
        List<NamedChart> charts = new ArrayList<>(List.of(ranks(ranking)));
        List<Group> groups = groups();
        groups.forEach(group -> charts.add(losses(group)));
        groups.forEach(group -> charts.add(accuracies(group)));
        if (!study.options().rateFactors().isEmpty()) {
            groups.forEach(group -> charts.add(rates(group)));
        }
        if (!study.options().labelNoise().isEmpty()) {
            groups.forEach(group -> charts.add(noise(
                    group, "label-noise", "wrong labels (share)", study.options().labelNoise(),
                    Disturbance.LabelNoise::new)));
        }
        if (!study.options().inputNoise().isEmpty()) {
            groups.forEach(group -> charts.add(noise(group, "input-noise",
                    "deviation of noise on images (share of range)",
                    study.options().inputNoise(), Disturbance.InputNoise::new)));
        }
        return charts;
    }

    private static NamedChart ranks(Ranking ranking) {
        int contenders = ranking.contenders().size();
        LineChart chart = new LineChart(contenders <= BEST ? "Ranks in the five criteria: the lower the better"
                : "Ranks in the five criteria, of the " + BEST + " with the best mean rank: the lower the better",
                Axis.of("criterion", ranking.criteria().stream().map(Criterion::name).toList()),
                Axis.whole("rank").between(1, Math.max(2, contenders)));
        for (int i : ranking.order().subList(0, Math.min(BEST, contenders))) {
            chart.add(new Series(ranking.contenders().get(i).name(),
                    IntStream.range(0, ranking.criteria().size()).asDoubleStream().toArray(),
                    ranking.criteria().stream().mapToDouble(criterion -> criterion.ranks().get(i)).toArray(),
                    Style.DOTS));
        }
        return new NamedChart("criteria", chart);
    }

    private NamedChart losses(Group group) {
        LineChart chart = new LineChart("Training loss with the first seed, as the median of the last " + SMOOTHING
                + " steps" + group.title(), Axis.whole(STEP), Axis.logarithmic("loss"));
        for (Contender contender : group.contenders()) {
            chart.add(Series.counted(contender.name(), smooth(study.plain(contender).getFirst().losses())));
        }
        return new NamedChart("loss" + group.suffix(), chart);
    }

    private static double[] smooth(List<Float> losses) {
        return IntStream.range(0, losses.size())
                .mapToDouble(i -> LossSpikes.median(losses.subList(Math.max(0, i + 1 - SMOOTHING), i + 1))).toArray();
    }

    private NamedChart accuracies(Group group) {
        LineChart chart = new LineChart("Test accuracy, the mean over seeds" + group.title(), Axis.whole(STEP),
                Axis.linear(ACCURACY));
        for (Contender contender : group.contenders()) {
            List<List<Measured>> curves = study.plain(contender).stream().map(TrialResult::curve).toList();
            int common = curves.stream().mapToInt(List::size).min().orElse(0);
            chart.add(new Series(contender.name(),
                    IntStream.range(0, common).mapToDouble(i -> curves.getFirst().get(i).step()).toArray(),
                    IntStream.range(0, common).mapToDouble(i -> 100 * curves.stream()
                            .mapToDouble(curve -> curve.get(i).accuracy()).average().orElseThrow()).toArray(),
                    Style.DOTS));
        }
        return new NamedChart("accuracy" + group.suffix(), chart);
    }

    private NamedChart rates(Group group) {
        double[] factors = Stream.concat(Stream.of(1.0), study.options().rateFactors().stream())
                .mapToDouble(Double::doubleValue).sorted().toArray();
        LineChart chart = new LineChart("Test accuracy with other learning rates than the default" + group.title(),
                Axis.logarithmic("learning rate / default"), Axis.linear(ACCURACY));
        for (Contender contender : group.contenders()) {
            chart.add(new Series(contender.name(), factors, Arrays.stream(factors)
                    .map(factor -> 100 * study.accuracyAtRate(contender, factor)).toArray(), Style.DOTS));
        }
        return new NamedChart("rates" + group.suffix(), chart);
    }

    private NamedChart noise(
            Group group, String name, String axis, List<Double> levels, DoubleFunction<Disturbance> disturbance) {
        double[] all = Stream.concat(Stream.of(0.0), levels.stream()).mapToDouble(Double::doubleValue).sorted()
                .toArray();
        LineChart chart = new LineChart("Accuracy on clean test images after training with " + name.replace('-', ' ')
                + ", the mean over seeds" + group.title(), Axis.linear(axis), Axis.linear(ACCURACY));
        for (Contender contender : group.contenders()) {
            chart.add(new Series(contender.name(), all, Arrays.stream(all).map(level -> 100 * study.accuracy(
                    contender, level == 0 ? Trial.CLEAN : disturbance.apply(level))).toArray(), Style.DOTS));
        }
        return new NamedChart(name + group.suffix(), chart);
    }
}
