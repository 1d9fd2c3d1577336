package dev.gatun.compress.quantize;

/** The numbers of a tensor, or of one channel of it, that were seen batch by batch. */
final class ObservedTensor {
    private static final int RANGES = 100;

    private final Observer observer;
    private final Histogram histogram = new Histogram();
    private double averageLeast;
    private double averageGreatest;
    private boolean first = true;

    ObservedTensor(Observer observer) {
        this.observer = observer;
    }

    /** Adds the numbers of one batch, from one place of an array up to another. */
    void add(float[] numbers, int from, int to) {
        double least = Double.POSITIVE_INFINITY;
        double greatest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            least = Math.min(least, numbers[i]);
            greatest = Math.max(greatest, numbers[i]);
        }
        histogram.add(numbers, from, to);
        double weight = first ? 1 : observer instanceof Observer.MovingAverage(double momentum) ? momentum : 0;
        averageLeast += weight * (least - averageLeast);
        averageGreatest += weight * (greatest - averageGreatest);
        first = false;
    }

    /** The integers that stand for the numbers, up to {@code high} on both sides of zero. */
    StepSize symmetric(int low, int high) {
        double magnitude = histogram.magnitude();
        return StepSize.symmetric(switch (observer) {
            case Observer.MinMax _ -> magnitude;
            case Observer.MovingAverage _ -> Math.max(Math.abs(averageLeast), Math.abs(averageGreatest));
            case Observer.Percentile(double percent) -> histogram.quantileOfMagnitudes(percent / 100);
            case Observer.MeanSquaredError _ -> magnitude * bestShare(low, high,
                    share -> StepSize.symmetric(share * magnitude, high));
            case Observer.Entropy _ -> histogram.leastDivergence(high + 1);
        }, high);
    }

    /** The integers that stand for the numbers, with a zero point. */
    StepSize affine(int low, int high) {
        double least = histogram.least();
        double greatest = histogram.greatest();
        return switch (observer) {
            case Observer.MinMax _ -> StepSize.affine(least, greatest, low, high);
            case Observer.MovingAverage _ -> StepSize.affine(averageLeast, averageGreatest, low, high);
            case Observer.Percentile(double percent) -> {
                double outside = (1 - percent / 100) / 2;
                yield StepSize.affine(histogram.quantile(outside), histogram.quantile(1 - outside), low, high);
            }
            case Observer.MeanSquaredError _ -> {
                double share = bestShare(low, high, part -> StepSize.affine(part * least, part * greatest, low, high));
                yield StepSize.affine(share * least, share * greatest, low, high);
            }
            case Observer.Entropy _ -> {
                double limit = histogram.leastDivergence((high - low + 1) / 2);
                yield StepSize.affine(Math.max(least, -limit), Math.min(greatest, limit), low, high);
            }
        };
    }

    /** The integers of a share of the range. */
    @FunctionalInterface
    private interface OfShare {
        StepSize of(double share);
    }

    private double bestShare(int low, int high, OfShare steps) {
        double best = 1;
        double least = Double.POSITIVE_INFINITY;
        for (int i = RANGES; i >= 1; i--) {
            double share = (double) i / RANGES;
            double error = histogram.error(steps.of(share), low, high);
            if (error < least) {
                least = error;
                best = share;
            }
        }
        return best;
    }
}
