package dev.gatun.compress.quantize;

/** What was seen of an activation: its range, and a histogram of it where one was asked for. */
public final class Seen {
    private static final int BINS = 2048;
    private static final double NEWER = 0.1;

    private double least = Double.POSITIVE_INFINITY;
    private double greatest = Double.NEGATIVE_INFINITY;
    private double averageLeast;
    private double averageGreatest;
    private boolean begun;
    private final double[] counts = new double[BINS];

    /**
     * Looks at the values of a batch.
     *
     * @throws IllegalArgumentException when one of them is not finite
     */
    public void add(float[] values) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("an activation is " + value
                        + " on the examples: a range cannot be found");
            }
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        least = Math.min(least, low);
        greatest = Math.max(greatest, high);
        averageLeast = begun ? averageLeast + NEWER * (low - averageLeast) : low;
        averageGreatest = begun ? averageGreatest + NEWER * (high - averageGreatest) : high;
        begun = true;
    }

    /** Counts the values of a batch, once all batches were looked at. */
    public void count(float[] values) {
        double bin = binWidth();
        for (float value : values) {
            counts[bin == 0 ? 0 : (int) Math.clamp((value - least) / bin, 0, BINS - 1)]++;
        }
    }

    private double binWidth() {
        return (greatest - least) / BINS;
    }

    private double centre(int bin) {
        return least + (bin + 0.5) * binWidth();
    }

    /** Whether anything was seen. */
    boolean hasBegun() {
        return begun;
    }

    boolean isNeverNegative() {
        return least >= 0;
    }

    /** The range by an observer, as {@code {least, greatest}}. */
    double[] range(Observer observer, IntegerGrid grid) {
        return switch (observer) {
            case MIN_MAX -> new double[] {least, greatest};
            case MOVING_AVERAGE -> new double[] {averageLeast, averageGreatest};
            case PERCENTILE -> percentile(1e-4);
            case MSE -> best(grid, this::squaredError);
            case ENTROPY -> best(grid, this::relativeEntropy);
        };
    }

    /** What remains when half of a share is cut off at each end; all of it above where nothing is negative. */
    private double[] percentile(double share) {
        double total = 0;
        for (double count : counts) {
            total += count;
        }
        double ends = isNeverNegative() ? share : share / 2;
        int low = 0;
        for (double sum = counts[0]; !isNeverNegative() && sum <= ends * total && low < BINS - 1;) {
            sum += counts[++low];
        }
        int high = BINS - 1;
        for (double sum = counts[high]; sum <= ends * total && high > 0;) {
            sum += counts[--high];
        }
        return new double[] {Math.max(least, least + low * binWidth()), least + (high + 1) * binWidth()};
    }

    /** The error of a range. */
    private interface Loss {
        double of(double low, double high, IntegerGrid grid);
    }

    /** The best of a hundred bounds of the size, from the largest down. */
    private double[] best(IntegerGrid grid, Loss loss) {
        double[] best = {least, greatest};
        double smallest = Double.POSITIVE_INFINITY;
        double largest = Math.max(Math.abs(least), Math.abs(greatest));
        for (int i = 100; i >= 3; i--) {
            double low = Math.max(least, -largest * i / 100);
            double high = Math.min(greatest, largest * i / 100);
            double found = loss.of(low, high, grid);
            if (found < smallest) {
                smallest = found;
                best = new double[] {low, high};
            }
        }
        return best;
    }

    private double squaredError(double low, double high, IntegerGrid grid) {
        IntegerGrid.Scale scale = grid.scale(low, high);
        double sum = 0;
        for (int i = 0; i < BINS; i++) {
            if (counts[i] > 0) {
                double error = grid.round(centre(i), scale) - centre(i);
                sum += counts[i] * error * error;
            }
        }
        return sum;
    }

    /**
     * Of the counts with what lies beyond the range moved to its ends, to the same counts spread evenly over the bins
     * of each integer.
     */
    private double relativeEntropy(double low, double high, IntegerGrid grid) {
        IntegerGrid.Scale scale = grid.scale(low, high);
        double[] clipped = new double[BINS];
        int first = BINS;
        int last = 0;
        for (int i = 0; i < BINS; i++) {
            if (centre(i) >= low && centre(i) <= high) {
                first = Math.min(first, i);
                last = i;
            }
        }
        if (first > last) {
            return Double.POSITIVE_INFINITY;
        }
        for (int i = 0; i < BINS; i++) {
            clipped[Math.clamp(i, first, last)] += counts[i];
        }
        double total = 0;
        double sum = 0;
        double spreadTotal = 0;
        double[] spread = new double[BINS];
        for (int i = first; i <= last;) {
            int end = i;
            double integer = grid.integer(centre(i), scale);
            double inside = 0;
            int occupied = 0;
            while (end <= last && grid.integer(centre(end), scale) == integer) {
                inside += counts[end];
                occupied += clipped[end] > 0 ? 1 : 0;
                end++;
            }
            for (int k = i; k < end; k++) {
                spread[k] = clipped[k] > 0 && occupied > 0 ? inside / occupied : 0;
                spreadTotal += spread[k];
                total += clipped[k];
            }
            i = end;
        }
        for (int i = first; i <= last; i++) {
            if (clipped[i] > 0) {
                double p = clipped[i] / total;
                double q = Math.max(spreadTotal == 0 ? 0 : spread[i] / spreadTotal, 1e-12);
                sum += p * Math.log(p / q);
            }
        }
        return sum;
    }
}
