package dev.gatun.cli.report;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which classes the test images of one evaluation were taken for, and the surest mistakes of each pair. */
final class Confusions {
    /** Mistakes kept of each pair of classes. */
    static final int EXAMPLES = 8;

    private final int classes;
    private final Map<Integer, Map<Integer, Pair>> pairs = new TreeMap<>();
    private final long[] right;
    private final long[] images;
    private final long[] taken;
    private int next;

    Confusions(int classes) {
        this.classes = classes;
        right = new long[classes];
        images = new long[classes];
        taken = new long[classes];
    }

    /**
     * An image that was taken for another class.
     *
     * @param image       its number in the test images
     * @param probability that the model gives the wrong class
     */
    record Mistake(int image, float probability) {}

    /** Two classes that were confused. */
    static final class Pair {
        private final int actual;
        private final int predicted;
        private final List<Mistake> surest = new ArrayList<>();
        private long count;

        private Pair(int actual, int predicted) {
            this.actual = actual;
            this.predicted = predicted;
        }

        private void add(Mistake mistake) {
            count++;
            if (surest.size() < EXAMPLES || surest.getLast().probability() < mistake.probability()) {
                surest.add(mistake);
                surest.sort(Comparator.comparingDouble(Mistake::probability).reversed());
                if (surest.size() > EXAMPLES) {
                    surest.removeLast();
                }
            }
        }

        int actual() {
            return actual;
        }

        int predicted() {
            return predicted;
        }

        long count() {
            return count;
        }

        List<Mistake> surest() {
            return List.copyOf(surest);
        }
    }

    /**
     * Adds a batch, which follows the one before.
     *
     * @param labels        (N) i32
     * @param probabilities (N, classes) f32
     */
    void add(MemorySegment labels, MemorySegment probabilities) {
        int rows = Math.toIntExact(labels.byteSize() / Integer.BYTES);
        for (int row = 0; row < rows; row++) {
            int best = 0;
            float most = Float.NEGATIVE_INFINITY;
            for (int i = 0; i < classes; i++) {
                float probability = probabilities.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * classes + i);
                if (probability > most) {
                    most = probability;
                    best = i;
                }
            }
            add(labels.getAtIndex(ValueLayout.JAVA_INT, row), best, most);
        }
    }

    void add(int actual, int predicted, float probability) {
        images[actual]++;
        taken[predicted]++;
        if (actual == predicted) {
            right[actual]++;
        } else {
            pairs.computeIfAbsent(actual, _ -> new TreeMap<>())
                    .computeIfAbsent(predicted, _ -> new Pair(actual, predicted)).add(new Mistake(next, probability));
        }
        next++;
    }

    int classes() {
        return classes;
    }

    long images(int actual) {
        return images[actual];
    }

    long right(int actual) {
        return right[actual];
    }

    /** Returns how many images of a class were taken for another, or itself. */
    long count(int actual, int predicted) {
        if (actual == predicted) {
            return right[actual];
        }
        Pair pair = pairs.getOrDefault(actual, Map.of()).get(predicted);
        return pair == null ? 0 : pair.count;
    }

    /** Returns the share of a class's images that were recognised; NaN without any. */
    double recall(int actual) {
        return images[actual] == 0 ? Double.NaN : (double) right[actual] / images[actual];
    }

    /** Returns the share of the images taken for a class that are of it; NaN without any. */
    double precision(int predicted) {
        return taken[predicted] == 0 ? Double.NaN : (double) right[predicted] / taken[predicted];
    }

    /** Returns the harmonic mean of precision and recall; 0 where nothing is right. */
    double f1(int number) {
        return images[number] + taken[number] == 0 ? Double.NaN
                : 2.0 * right[number] / (images[number] + taken[number]);
    }

    /** Returns the pairs that were confused most, the worst first. */
    List<Pair> worst(int most) {
        return pairs.values().stream().flatMap(row -> row.values().stream())
                .sorted(Comparator.comparingLong(Pair::count).reversed()).limit(most).toList();
    }
}
