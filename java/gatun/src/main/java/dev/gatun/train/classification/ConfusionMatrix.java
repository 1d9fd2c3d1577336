package dev.gatun.train.classification;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How many examples of each class were predicted as each class, and what follows from it. Its memory grows with the
 * classes and with the pairs that were confused, not with the square of the classes.
 */
public final class ConfusionMatrix {
    private final List<String> classNames;
    private final long[] examples;
    private final long[] predictions;
    private final long[] correct;
    private final Map<Pair, Long> confused = new HashMap<>();

    /** Creates an empty matrix. */
    public ConfusionMatrix(List<String> classNames) {
        this.classNames = List.copyOf(classNames);
        this.examples = new long[classNames.size()];
        this.predictions = new long[classNames.size()];
        this.correct = new long[classNames.size()];
    }

    private record Pair(int actual, int predicted) {}

    /**
     * Two classes that were confused.
     *
     * @param count number of examples of {@code actual} that were predicted as {@code predicted}
     */
    public record Confusion(int actual, int predicted, long count) {}

    /** Counts an example. */
    public void add(int actual, int predicted) {
        Objects.checkIndex(actual, classes());
        Objects.checkIndex(predicted, classes());
        examples[actual]++;
        predictions[predicted]++;
        if (actual == predicted) {
            correct[actual]++;
        } else {
            confused.merge(new Pair(actual, predicted), 1L, Long::sum);
        }
    }

    /** Returns the classes that were confused most often, the worst first; of equals those of lower numbers. */
    public List<Confusion> mostConfused(int most) {
        return confused.entrySet().stream()
                .map(each -> new Confusion(each.getKey().actual(), each.getKey().predicted(), each.getValue()))
                .sorted(Comparator.comparingLong(Confusion::count).reversed()
                        .thenComparingInt(Confusion::actual).thenComparingInt(Confusion::predicted))
                .limit(most).toList();
    }

    /** Returns the name of each class, by number. */
    public List<String> classNames() {
        return classNames;
    }

    /** Returns the number of classes. */
    public int classes() {
        return examples.length;
    }

    /** Returns how many examples of a class were predicted as one. */
    public long count(int actual, int predicted) {
        return actual == predicted ? correct[actual] : confused.getOrDefault(new Pair(actual, predicted), 0L);
    }

    /** Returns the number of examples. */
    public long examples() {
        return Arrays.stream(examples).sum();
    }

    /** Returns the number of examples of a class. */
    public long examples(int actual) {
        return examples[actual];
    }

    /** Returns how many examples were predicted as a class. */
    public long predictions(int predicted) {
        return predictions[predicted];
    }

    /** Returns the number of examples that were predicted as what they are. */
    public long correct() {
        return Arrays.stream(correct).sum();
    }

    /** Returns the share of examples that were predicted as what they are; NaN without examples. */
    public double accuracy() {
        return (double) correct() / examples();
    }

    /** Returns the share of the examples predicted as a class that are of it; 0 where there are none. */
    public double precision(int c) {
        return share(correct[c], predictions[c]);
    }

    /** Returns the share of a class's examples that were predicted as it; 0 where there are none. */
    public double recall(int c) {
        return share(correct[c], examples[c]);
    }

    /** Returns the harmonic mean of precision and recall; 0 where neither is above 0. */
    public double f1(int c) {
        return share(2 * correct[c], predictions[c] + examples[c]);
    }

    /** Returns the mean precision of the classes that there are examples of; NaN without examples. */
    public double macroPrecision() {
        return macro(this::precision);
    }

    /** Returns the mean recall of the classes that there are examples of, the balanced accuracy. */
    public double macroRecall() {
        return macro(this::recall);
    }

    /** Returns the mean F1 of the classes that there are examples of. */
    public double macroF1() {
        return macro(this::f1);
    }

    private double macro(IntToDoubleFunction measure) {
        return IntStream.range(0, classes()).filter(c -> examples[c] > 0).mapToDouble(measure).average()
                .orElse(Double.NaN);
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
