package dev.gatun.compress.quantize;

/**
 * How the range of a tensor's numbers, of which the largest may be rare, is found from examples: what lies outside is
 * clamped.
 */
public sealed interface Observer {
    /** All numbers that were seen. */
    record MinMax() implements Observer {}

    /**
     * The exponential moving average of the least and the greatest number of each batch.
     *
     * @param momentum weight of the new batch, above 0 and at most 1
     */
    record MovingAverage(double momentum) implements Observer {
        /** Checks the momentum. */
        public MovingAverage {
            if (!(momentum > 0 && momentum <= 1)) {
                throw new IllegalArgumentException("the momentum of a moving average is above 0 and at most 1, got "
                        + momentum);
            }
        }
    }

    /**
     * All but the numbers farthest from zero, or, where there is a zero point, but as many at either end.
     *
     * @param percent share of the numbers within, above 50 and at most 100
     */
    record Percentile(double percent) implements Observer {
        /** Checks the share. */
        public Percentile {
            if (!(percent > 50 && percent <= 100)) {
                throw new IllegalArgumentException("a percentile is above 50 and at most 100, got " + percent);
            }
        }
    }

    /** The one of the least mean squared error, of 100 ranges that are shares of that of all numbers. */
    record MeanSquaredError() implements Observer {}

    /**
     * The one that loses the least information: of the least Kullback-Leibler divergence of the rounded numbers'
     * distribution from that of the numbers (Migacz, 8-bit inference with TensorRT, 2017).
     */
    record Entropy() implements Observer {}
}
