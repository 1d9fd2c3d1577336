package dev.gatun.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * The contenders with the best of the learning rates that were tried, beside their default: a default that does not
 * suit the network says little of an optimizer. Accuracies are those of the first seed.
 *
 * @param rows one for each contender, in their order
 */
public record BestRates(List<Row> rows) {
    /**
     * A contender at two learning rates.
     *
     * @param contender       the contender
     * @param accuracy        test accuracy at the default rate
     * @param rank            rank by it
     * @param bestFactor      factor of the default rate with which it is the most accurate
     * @param bestAccuracy    test accuracy with it
     * @param bestRank        rank by it
     */
    public record Row(
            Contender contender, double accuracy, double rank, double bestFactor, double bestAccuracy,
            double bestRank) {
        /** Returns the best learning rate. */
        public double bestRate() {
            return contender.numbers().learningRate() * bestFactor;
        }
    }

    /** Copies the rows. */
    public BestRates {
        rows = List.copyOf(rows);
    }

    /** Returns the best rates of a study. */
    public static BestRates of(Study study) {
        List<Contender> contenders = study.contenders();
        double[] usual = contenders.stream().mapToDouble(each -> study.accuracyAtRate(each, 1)).toArray();
        double[] factors = contenders.stream().mapToDouble(each -> bestFactor(study, each)).toArray();
        double[] best = new double[factors.length];
        for (int i = 0; i < best.length; i++) {
            best[i] = study.accuracyAtRate(contenders.get(i), factors[i]);
        }
        double[] ranks = Ranks.of(usual, Measure.Better.HIGHER);
        double[] bestRanks = Ranks.of(best, Measure.Better.HIGHER);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < best.length; i++) {
            rows.add(new Row(contenders.get(i), usual[i], ranks[i], factors[i], best[i], bestRanks[i]));
        }
        return new BestRates(rows);
    }

    /** Of factors that are equally good, the nearest to 1. */
    private static double bestFactor(Study study, Contender contender) {
        DoubleStream factors = DoubleStream.concat(DoubleStream.of(1),
                study.options().rateFactors().stream().mapToDouble(Double::doubleValue));
        return factors.boxed().filter(factor -> !Double.isNaN(study.accuracyAtRate(contender, factor)))
                .sorted(Comparator.comparingDouble(factor -> Math.abs(Math.log(factor))))
                .max(Comparator.comparingDouble(factor -> study.accuracyAtRate(contender, factor))).orElse(1.0);
    }

    /** Returns the rows, the best at their best rates first. */
    public Stream<Row> ranked() {
        return rows.stream().sorted(Comparator.comparingDouble(Row::bestRank));
    }
}
