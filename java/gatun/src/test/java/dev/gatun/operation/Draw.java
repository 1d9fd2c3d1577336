package dev.gatun.operation;

import dev.gatun.shape.Shape;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;

/** Random numbers from a seed, with a taste for edges: extents of 1, primes, what just does not fill a register. */
final class Draw {
    private static final List<Long> EXTENTS = List.of(1L, 1L, 2L, 3L, 4L, 5L, 7L, 8L, 11L, 13L, 16L, 17L);
    private static final List<Long> CHANNELS = List.of(1L, 3L, 3L, 5L, 8L, 16L, 17L, 17L, 24L, 65L);

    private final Random random;
    private final int turn;

    /** @param turn how many of the same kind were drawn before */
    Draw(long seed, int turn) {
        this.turn = turn;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L ^ seed >>> 7); // neighbours begin differently
    }

    /** From 0, below a bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** Between two numbers, both included. */
    long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    /** As often yes as no. */
    boolean half() {
        return random.nextBoolean();
    }

    /** Yes once in so many times. */
    boolean onceIn(int times) {
        return random.nextInt(times) == 0;
    }

    /** A member of a list. */
    <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** The members of a list in turn, each round begun at another: what else goes in turns meets all of them. */
    <T> T next(List<T> list) {
        return list.get((turn + turn / list.size()) % list.size());
    }

    /** One of the given numbers. */
    long one(long... numbers) {
        return numbers[random.nextInt(numbers.length)];
    }

    /** The extent of a dimension. */
    long extent() {
        return one(EXTENTS);
    }

    /** A number of channels or features. */
    long channels() {
        return one(CHANNELS);
    }

    /** As many numbers between two, both included. */
    long[] each(int count, long least, long most) {
        return LongStream.generate(() -> between(least, most)).limit(count).toArray();
    }

    /** Images {@code (N, C, spatial...)}, small enough for the oracle; of one pixel now and then. */
    Shape images(int spatialAxes, long channels) {
        long[] extents = new long[spatialAxes + 2];
        extents[0] = between(1, 3);
        extents[1] = channels;
        boolean onePixel = onceIn(8);
        for (int i = 2; i < extents.length; i++) {
            extents[i] = onePixel ? 1 : between(1, spatialAxes == 1 ? 19 : spatialAxes == 2 ? 11 : 6);
        }
        return Shape.of(extents);
    }

    /** A shape of some rank. */
    Shape shape(int leastRank, int mostRank) {
        long[] extents = new long[(int) between(leastRank, mostRank)];
        long elements = 1;
        for (int i = 0; i < extents.length; i++) {
            long extent = extent();
            extents[i] = elements * extent > 1500 ? 1 : extent;
            elements *= extents[i];
        }
        return Shape.of(extents);
    }

    /** A number between two that f32 holds. */
    double number(double low, double high) {
        return (float) (low + (high - low) * random.nextFloat());
    }

    /** So many of them. */
    double[] numbers(long count, double low, double high) {
        double[] numbers = new double[Math.toIntExact(count)];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = number(low, high);
        }
        return numbers;
    }

    /** So many indices below a bound. */
    double[] indices(long count, long bound) {
        double[] indices = new double[Math.toIntExact(count)];
        for (int i = 0; i < indices.length; i++) {
            indices[i] = random.nextInt(Math.toIntExact(bound));
        }
        return indices;
    }
}
