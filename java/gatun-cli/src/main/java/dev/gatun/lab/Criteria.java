package dev.gatun.lab;

import dev.gatun.data.image.disturbance.Disturbance;
import dev.gatun.lab.Measure.Better;
import dev.gatun.lab.Measure.Unit;
import dev.gatun.lab.TrialResult.Measured;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Computes the five criteria. */
public final class Criteria {
    private final Study study;
    private final LabOptions options;

    private Criteria(Study study) {
        this.study = study;
        this.options = study.options();
    }

    /** Ranks the contenders of a study. */
    public static Ranking rank(Study study) {
        Criteria criteria = new Criteria(study);
        return new Ranking(study.contenders(), List.of(criteria.accuracy(), criteria.speed(), criteria.stability(),
                criteria.noise(), criteria.robustness()));
    }

    private Criterion accuracy() {
        return new Criterion("accuracy", "How well does it classify unseen images?",
                "Test accuracy in the end and the best on the way, means over seeds.", List.of(
                measure("final", "accuracy_final", Unit.SHARE, Better.HIGHER,
                        mean(TrialResult::accuracy)),
                measure("best", "accuracy_best", Unit.SHARE, Better.HIGHER,
                        mean(TrialResult::bestAccuracy))));
    }

    /** Steps decide, because they come out the same every time; seconds stand beside them. */
    private Criterion speed() {
        String target = Texts.percent(options.target());
        return new Criterion("speed", "How soon does it reach a test accuracy of " + target + " with every seed?",
                "Means over seeds; never, where a seed does not reach it. Only steps decide the rank, because they "
                + "come out"
                        + " the same every time. Measuring takes none of the time.", List.of(
                measure("steps", "steps_to_target", Unit.NUMBER, Better.LOWER, toTarget(Measured::step)),
                shown("time", "seconds_to_target", Unit.SECONDS, Better.LOWER, toTarget(Measured::seconds))));
    }

    private Criterion stability() {
        return new Criterion("stability", "Does it do the same with every seed, without leaps of the loss?",
                "The standard deviation of final accuracy over seeds, in percentage points; steps of a run whose loss "
                + "is above "
                        + Texts.number(options.spikeFactor())
                        + " times the median of the 50 before; runs whose loss is not"
                        + " finite, or ends above twice where it began. The spread counts only at an accuracy of "
                        + Texts.percent(options.success()) + " or more.", List.of(
                measure("spread", "accuracy_deviation", Unit.POINTS, Better.LOWER,
                        ifTrained(contender -> deviation(study.plain(contender)))),
                measure("spikes", "spikes", Unit.NUMBER, Better.LOWER,
                        mean(result -> LossSpikes.count(result.losses(), options.spikeFactor()))),
                measure("diverged", "diverged", Unit.NUMBER, Better.LOWER,
                        contender -> study.plain(contender).stream().filter(TrialResult::diverged).count())));
    }

    private Criterion noise() {
        List<? extends Disturbance> labels = options.labelNoise().stream().map(Disturbance.LabelNoise::new).toList();
        List<? extends Disturbance> inputs = options.inputNoise().stream().map(Disturbance.InputNoise::new).toList();
        return new Criterion("noise", "How much accuracy do wrong labels and noisy images cost?",
                "Percentage points of accuracy on clean test images that are lost when a share of "
                + list(options.labelNoise())
                        + " of the training labels is wrong, or noise with a deviation of " + list(options.inputNoise())
                        + " of the range lies on training images; means over rates and seeds, where accuracy without "
                        + "noise is "
                        + Texts.percent(options.success()) + " or more.", List.of(
                measure("labels", "label_noise_drop", Unit.POINTS, Better.LOWER, ifTrained(drop(labels))),
                measure("inputs", "input_noise_drop", Unit.POINTS, Better.LOWER, ifTrained(drop(inputs)))));
    }

    private Criterion robustness() {
        Disturbance imbalance = new Disturbance.Imbalance(options.imbalance());
        return new Criterion("robustness", "Does it stand unequal classes and a badly chosen learning rate?",
                "Accuracy, all classes counting alike, when the first class has " + Texts.number(options.imbalance())
                        + " times the training images of the last; and the width, in decades, of the range of learning "
                        + "rates"
                        + " around the default with which the first seed ends at " + Texts.percent(options.success())
                        + " or more.", List.of(
                measure("imbalance", "imbalance_accuracy", Unit.SHARE,
                        Better.HIGHER, contender -> study.accuracy(contender, imbalance)),
                measure("decades", "rate_decades", Unit.NUMBER, Better.HIGHER, this::rateWidth)));
    }

    private static String list(List<Double> numbers) {
        return numbers.stream().map(Texts::number).collect(Collectors.joining(" or "));
    }

    private double rateWidth(Contender contender) {
        Map<Double, Double> accuracies = new HashMap<>(Map.of(1.0, study.accuracyAtRate(contender, 1)));
        options.rateFactors().forEach(factor -> accuracies.put(factor, study.accuracyAtRate(contender, factor)));
        return RateWidth.decades(accuracies, options.success());
    }

    /** The mean over seeds, infinite when one did not reach the target. */
    private ToDoubleFunction<Contender> toTarget(ToDoubleFunction<Measured> what) {
        return mean(result -> result.reached(options.target()).map(what::applyAsDouble)
                .orElse(Double.POSITIVE_INFINITY));
    }

    private ToDoubleFunction<Contender> mean(ToDoubleFunction<TrialResult> what) {
        return contender -> study.plain(contender).stream().mapToDouble(what).average().orElseThrow();
    }

    /** Whoever has learnt nothing has nothing to lose, and must not win by that. */
    private ToDoubleFunction<Contender> ifTrained(ToDoubleFunction<Contender> value) {
        return contender -> study.accuracy(contender, Trial.CLEAN) >= options.success()
                ? value.applyAsDouble(contender)
                : Double.NaN;
    }

    private ToDoubleFunction<Contender> drop(List<? extends Disturbance> disturbances) {
        return contender -> disturbances.stream()
                .mapToDouble(disturbance ->
                        study.accuracy(contender, Trial.CLEAN) - study.accuracy(contender, disturbance))
                .average().orElse(Double.NaN);
    }

    /** The standard deviation of final accuracies, of a sample; NaN for one. */
    static double deviation(List<TrialResult> results) {
        double mean = results.stream().mapToDouble(TrialResult::accuracy).average().orElse(Double.NaN);
        double squares = results.stream().mapToDouble(result -> Math.pow(result.accuracy() - mean, 2)).sum();
        return results.size() < 2 ? Double.NaN : Math.sqrt(squares / (results.size() - 1));
    }

    private Measure measure(String name, String key, Unit unit, Better better, ToDoubleFunction<Contender> value) {
        return new Measure(name, key, unit, better, true, values(value));
    }

    private Measure shown(String name, String key, Unit unit, Better better, ToDoubleFunction<Contender> value) {
        return new Measure(name, key, unit, better, false, values(value));
    }

    private List<Double> values(ToDoubleFunction<Contender> value) {
        return study.contenders().stream().map(value::applyAsDouble).toList();
    }
}
