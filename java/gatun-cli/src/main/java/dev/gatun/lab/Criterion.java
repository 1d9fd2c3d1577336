package dev.gatun.lab;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * What optimizers are compared by.
 *
 * @param name     one word or two
 * @param question what it asks
 * @param answer   how the measures answer it
 * @param measures the numbers behind it
 */
public record Criterion(String name, String question, String answer, List<Measure> measures) {
    public Criterion {
        measures = List.copyOf(measures);
    }

    /** The rank of each contender, in their order: of the means of their ranks in the measures that count. */
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
