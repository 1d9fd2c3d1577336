package dev.gatun.compress.quantize;

/** The scales of a weight: symmetric, of each filter or of the whole. */
final class WeightScales {
    private static final int PARTS = 100;
    private static final int LEAST = 20;

    private WeightScales() {}

    /**
     * Returns a scale for each filter, or one.
     *
     * @param weight  row-major, filters first
     * @param filters how many there are
     */
    static float[] of(float[] weight, int filters, QuantizationOptions options) {
        int groups = options.weights() == QuantizationOptions.Granularity.PER_CHANNEL ? filters : 1;
        int length = weight.length / groups;
        float[] scales = new float[groups];
        for (int i = 0; i < groups; i++) {
            scales[i] = (float) scale(weight, i * length, length, options);
        }
        return scales;
    }

    private static double scale(float[] weight, int from, int length, QuantizationOptions options) {
        int high = options.weightHigh();
        double largest = 0;
        for (int i = from; i < from + length; i++) {
            largest = Math.max(largest, Math.abs(weight[i]));
        }
        if (largest < Float.MIN_NORMAL * high) {
            return 1;
        }
        if (options.observer() != Observer.MSE) {
            return largest / high;
        }
        double best = largest / high;
        double smallest = Double.POSITIVE_INFINITY;
        for (int part = PARTS; part >= LEAST; part--) {
            double step = largest * part / PARTS / high;
            double sum = 0;
            for (int i = from; i < from + length; i++) {
                double error = step * Math.clamp(Math.rint(weight[i] / step), -high, high) - weight[i];
                sum += error * error;
            }
            if (sum < smallest) {
                smallest = sum;
                best = step;
            }
        }
        return best;
    }
}
