package dev.gatun.data;

/**
 * A SplitMix64 generator that is reseeded from up to three numbers, so that what it draws for (seed, epoch, image) does
 * not depend on earlier draws. Its numbers are the same on every machine and JDK.
 */
public final class SeededRandom {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    /** Sets the state as a function of three numbers and returns this generator. */
    public SeededRandom seed(long first, long second, long third) {
        state = mix(mix(mix(first + GOLDEN) + second + GOLDEN) + third + GOLDEN);
        return this;
    }

    long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /** Returns a uniform integer in {@code 0 .. bound - 1}. */
    public int nextInt(int bound) {
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** Returns a uniform number in {@code [0, 1)}. */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** Returns a uniform number in {@code [low, high)}. */
    public double uniform(double low, double high) {
        return low + (high - low) * nextDouble();
    }

    /**
     * Returns an approximately normal number of mean 0 and standard deviation 1, never beyond 3.5: the sum of four
     * uniform 16-bit numbers.
     */
    public double bell() {
        long bits = nextLong();
        long sum = (bits & 0xFFFF) + (bits >>> 16 & 0xFFFF) + (bits >>> 32 & 0xFFFF) + (bits >>> 48);
        return (sum - 2 * 65535.0) * (1.7320508075688772 / 65535.0);
    }

    private static long mix(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
