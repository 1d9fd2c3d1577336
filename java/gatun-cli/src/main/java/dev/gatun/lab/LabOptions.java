package dev.gatun.lab;

import dev.gatun.options.WithMethods;
import java.util.ArrayList;
import java.util.List;

/**
 * What the laboratory varies and measures. The defaults are here and nowhere else.
 *
 * @param seeds       runs of everything but the learning rates, with seeds from 1 on
 * @param labelNoise  shares of wrong training labels
 * @param inputNoise  deviations of noise on training images, as shares of the range from black to white
 * @param imbalance   the largest class's images over the smallest's
 * @param rateFactors what the default learning rate is multiplied by; 1 is always there and not listed
 * @param target      test accuracy whose steps and seconds are counted
 * @param success     test accuracy with which a learning rate counts as one that trains
 * @param spikeFactor a loss this many times above its running median is a spike
 * @param evaluations how often, at least, a clean run is measured on the test images
 * @param descentSteps steps on each surface
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

    /** Three seeds, two rates of either noise, two decades of learning rates to both sides. */
    public static LabOptions defaults() {
        return new LabOptions(3, List.of(0.2, 0.4), List.of(0.25, 0.5), 20, factors(2, 2), 0.95, 0.85, 4, 24, 5_000);
    }

    /** The same in about a minute: two seeds, one rate of either noise, one learning rate to both sides. */
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
