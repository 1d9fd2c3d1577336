package dev.gatun.train.step;

/** Counts of non-negative numbers in buckets of about 3 % width: medians without keeping, or allocating, anything. */
final class Histogram {
    private static final int MANTISSA_BITS = 5;
    private static final int BUCKETS = (64 - MANTISSA_BITS) << MANTISSA_BITS;

    private final long[] counts = new long[BUCKETS];
    private long total;

    void record(long value) {
        counts[bucket(Math.max(0, value))]++;
        total++;
    }

    private static int bucket(long value) {
        if (value < 1 << MANTISSA_BITS) {
            return (int) value;
        }
        int exponent = 63 - Long.numberOfLeadingZeros(value) - MANTISSA_BITS;
        return ((exponent + 1) << MANTISSA_BITS) + (int) (value >>> exponent) - (1 << MANTISSA_BITS);
    }

    /** The middle of the bucket that holds the median; 0 when nothing was recorded. */
    double median() {
        long before = 0;
        for (int i = 0; i < BUCKETS; i++) {
            before += counts[i];
            if (2 * before >= total && before > 0) {
                return middle(i);
            }
        }
        return 0;
    }

    private static double middle(int bucket) {
        if (bucket < 1 << MANTISSA_BITS) {
            return bucket;
        }
        int exponent = (bucket >>> MANTISSA_BITS) - 1;
        double low = Math.scalb((double) ((bucket & ((1 << MANTISSA_BITS) - 1)) + (1 << MANTISSA_BITS)), exponent);
        return low + Math.scalb(0.5, exponent);
    }
}
