package dev.gatun.cli.report;

import dev.gatun.chart.Histogram;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How the weights of each layer are distributed, and the gradients of the latest step.
 *
 * @param weights   one for each trained weight, in the order of the layers
 * @param gradients the same; a gradient that is zero everywhere has none
 */
record TensorHistograms(List<Histogram> weights, List<Histogram> gradients) {
    private static final int BARS = 48;

    static final TensorHistograms NONE = new TensorHistograms(List.of(), List.of());

    /**
     * Reads the tensors from the device.
     *
     * @param lossScale factor of all gradients
     */
    static TensorHistograms of(Variables variables, float lossScale) {
        List<String> names = variables.slots().stream()
                .filter(slot -> slot.isTrained() && slot.variable().kind() == Variable.Kind.WEIGHT)
                .map(slot -> slot.variable().name()).toList();
        return new TensorHistograms(all(names, "weight", variables::read, 1),
                all(names, "gradient", variables::readGradient, lossScale));
    }

    private static List<Histogram> all(
            List<String> names, String axis, Function<String, float[]> read, float scale) {
        List<Histogram> histograms = new ArrayList<>();
        for (String name : names) {
            float[] values = read.apply(name);
            Histogram histogram = of(name, axis, values, scale);
            if (histogram != null) {
                histograms.add(histogram);
            }
        }
        return histograms;
    }

    private static @Nullable Histogram of(
            String name, String axis, float[] values, float scale) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            if (Float.isFinite(value)) {
                low = Math.min(low, value / scale);
                high = Math.max(high, value / scale);
            }
        }
        if (!(low < high)) {
            return null;
        }
        long[] counts = new long[BARS];
        for (float value : values) {
            if (Float.isFinite(value)) {
                counts[Math.clamp((long) (BARS * (value / scale - low) / (high - low)), 0, BARS - 1)]++;
            }
        }
        return new Histogram(name, axis, low, high, counts);
    }
}
