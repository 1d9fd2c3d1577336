package dev.gatun.lab;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** How far a learning rate may be off. */
final class RateWidth {
    private RateWidth() {}

    /**
     * The width, in decades, of the range of factors around 1 in which training succeeds. At its ends, between a factor
     * that succeeds and the next, which does not, accuracy is taken as linear in the logarithm of the factor.
     *
     * @param accuracies test accuracy for each factor, 1 among them
     * @param success    the accuracy that counts as success
     * @return 0 when the factor 1 fails
     */
    static double decades(Map<Double, Double> accuracies, double success) {
        NavigableMap<Double, Double> rising = new TreeMap<>(accuracies);
        if (!succeeds(rising.getOrDefault(1.0, Double.NaN), success)) {
            return 0;
        }
        return reach(List.copyOf(rising.tailMap(1.0, true).entrySet()), success)
                + reach(List.copyOf(rising.headMap(1.0, true).descendingMap().entrySet()), success);
    }

    /** Decades from the first factor, which succeeds, to the end of success. */
    private static double reach(List<Map.Entry<Double, Double>> outwards, double success) {
        for (int i = 1; i < outwards.size(); i++) {
            double before = outwards.get(i - 1).getValue();
            double after = outwards.get(i).getValue();
            if (!succeeds(after, success)) {
                double share = Double.isNaN(after) ? 0 : (before - success) / (before - after);
                return decades(outwards, i - 1) + share * (decades(outwards, i) - decades(outwards, i - 1));
            }
        }
        return decades(outwards, outwards.size() - 1);
    }

    private static double decades(List<Map.Entry<Double, Double>> outwards, int index) {
        return Math.abs(Math.log10(outwards.get(index).getKey()));
    }

    private static boolean succeeds(double accuracy, double success) {
        return accuracy >= success;
    }
}
