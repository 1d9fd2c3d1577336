package dev.gatun.lab;

import dev.gatun.options.WithMethods;
import java.util.ArrayList;
import java.util.List;

/**
 * Options of the laboratory.
 *
 * @param seeds       number of runs of every experiment but those on learning rates, with seeds from 1 on
 * @param labelNoise  fractions of wrong training labels
 * @param inputNoise  standard deviations of noise on training images, as fractions of the range from black to white
 * @param imbalance   ratio of the largest class to the smallest
 * @param rateFactors factors of the default learning rate; 1 is always included and not listed
 * @param target      test accuracy for which steps and seconds are measured
 * @param success     test accuracy from which a learning rate counts as successful
 * @param spikeFactor ratio of a loss to the running median from which it is a spike
 * @param evaluations least number of evaluations of a clean run
 * @param descentSteps number of steps on each surface
 */
@WithMethods
public record LabOptions(
        int seeds, List<Double> labelNoise, List<Double> inputNoise, double imbalance, List<Double> rateFactors,
        double target, double success, double spikeFactor, int evaluations, int descentSteps)
        implements LabOptionsBuilder.With {

    public LabOptions {
        labelNoise = List.copyOf(labelNoise);
        inputNoise = List.copyOf(inputNoise);
        rateFactors = List.copyOf(rateFactors);
        check(seeds >= 1 && evaluations >= 1 && descentSteps >= 1, "seeds, evaluations and steps must be at least 1");
        check(target > 0 && target <= 1 && success > 0 && success <= 1, "accuracies must be above 0 and at most 1");
        check(spikeFactor > 1, "a spike must be above its median");
        check(rateFactors.stream().allMatch(factor -> factor > 0 && Double.isFinite(factor) && factor != 1),
                "factors of the learning rate must be above 0 and other than 1");
    }

    private static void check(boolean valid, String rule) {
        if (!valid) {
            throw new IllegalArgumentException(rule);
        }
    }

    /**
     * Returns the defaults: three seeds, two levels of either noise, two decades of learning rates in both directions.
     */
    public static LabOptions defaults() {
        return new LabOptions(3, List.of(0.2, 0.4), List.of(0.25, 0.5), 20, factors(2, 2), 0.95, 0.85, 4, 24, 5_000);
    }

    /**
     * Returns options for a study of an eighth of the steps: two seeds, one level of either noise, one learning rate in
     * each direction.
     */
    public static LabOptions quick() {
        return new LabOptions(2, List.of(0.4), List.of(0.5), 20, factors(1, 1), 0.9, 0.8, 4, 8, 1_000);
    }

    /** Powers of ten, so many decades to both sides and so many in a decade. */
    private static List<Double> factors(int decades, int perDecade) {
        List<Double> factors = new ArrayList<>();
        for (int i = -decades * perDecade; i <= decades * perDecade; i++) {
            if (i != 0) {
                factors.add(Math.pow(10, i / (double) perDecade));
            }
        }
        return factors;
    }
}
