package dev.gatun.cli.report;

import dev.gatun.train.classification.ConfusionMatrix;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which classes the images of one evaluation were taken for, and the surest mistakes of each pair. */
final class Confusions {
    /** Mistakes kept of each pair of classes. */
    static final int EXAMPLES = 8;

    private final ConfusionMatrix matrix;
    private final Map<Integer, Map<Integer, List<Mistake>>> surest = new HashMap<>();
    private int next;

    Confusions(List<String> classes) {
        matrix = new ConfusionMatrix(classes);
    }

    /**
     * An image that was taken for another class.
     *
     * @param image       its number in the images
     * @param probability that the model gives the wrong class
     */
    record Mistake(int image, float probability) {}

    /** Two classes that were confused, and the surest of these mistakes first. */
    record Pair(int actual, int predicted, long count, List<Mistake> surest) {}

    ConfusionMatrix matrix() {
        return matrix;
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
            for (int i = 0; i < matrix.classes(); i++) {
                float probability = probabilities.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * matrix.classes() + i);
                if (probability > most) {
                    most = probability;
                    best = i;
                }
            }
            add(labels.getAtIndex(ValueLayout.JAVA_INT, row), best, most);
        }
    }

    void add(int actual, int predicted, float probability) {
        matrix.add(actual, predicted);
        if (actual != predicted) {
            keep(surest.computeIfAbsent(actual, _ -> new HashMap<>())
                    .computeIfAbsent(predicted, _ -> new ArrayList<>()), new Mistake(next, probability));
        }
        next++;
    }

    private static void keep(List<Mistake> surest, Mistake mistake) {
        if (surest.size() < EXAMPLES || surest.getLast().probability() < mistake.probability()) {
            surest.add(mistake);
            surest.sort(Comparator.comparingDouble(Mistake::probability).reversed());
            if (surest.size() > EXAMPLES) {
                surest.removeLast();
            }
        }
    }

    /** Returns the share of a class's images that were recognised; NaN without any. */
    double recall(int actual) {
        return matrix.examples(actual) == 0 ? Double.NaN : matrix.recall(actual);
    }

    /** Returns the share of the images taken for a class that are of it; NaN without any. */
    double precision(int predicted) {
        return matrix.predictions(predicted) == 0 ? Double.NaN : matrix.precision(predicted);
    }

    /** Returns the harmonic mean of precision and recall; NaN for a class that nothing is and nothing was taken for. */
    double f1(int number) {
        return matrix.examples(number) + matrix.predictions(number) == 0 ? Double.NaN : matrix.f1(number);
    }

    /** Returns the pairs that were confused most, the worst first. */
    List<Pair> worst(int most) {
        return matrix.mostConfused(most).stream().map(pair -> new Pair(pair.actual(), pair.predicted(), pair.count(),
                List.copyOf(surest.getOrDefault(pair.actual(), Map.of()).getOrDefault(pair.predicted(), List.of()))))
                .toList();
    }
}
