package dev.gatun.lab;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A criterion by which optimizers are compared.
 *
 * @param name     name of one or two words
 * @param question question that it answers
 * @param answer   how the measures answer it
 * @param measures measures that it is based on
 */
public record Criterion(String name, String question, String answer, List<Measure> measures) {
    public Criterion {
        measures = List.copyOf(measures);
    }

    /** Returns the rank of each contender, in their order: the rank of the mean of its ranks in the ranked measures. */
    public List<Double> ranks() {
        List<double[]> each = measures.stream().filter(Measure::ranked).map(Measure::ranks).toList();
        double[] means = new double[each.getFirst().length];
        for (double[] ranks : each) {
            for (int i = 0; i < means.length; i++) {
                means[i] += ranks[i] / each.size();
            }
        }
        return DoubleStream.of(Ranks.of(means, Measure.Better.LOWER)).boxed().toList();
    }
}
