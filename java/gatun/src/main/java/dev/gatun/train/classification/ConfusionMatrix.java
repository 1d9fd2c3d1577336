package dev.gatun.train.classification;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** How many examples of each class were predicted as each class, and what follows from it. */
public final class ConfusionMatrix {
    private final List<String> classNames;
    private final long[][] counts;

    /** Creates an empty matrix. */
    public ConfusionMatrix(List<String> classNames) {
        this.classNames = List.copyOf(classNames);
        this.counts = new long[classNames.size()][classNames.size()];
    }

    /** Counts an example. */
    public void add(int actual, int predicted) {
        counts[actual][predicted]++;
    }

    /** Returns the name of each class, by number. */
    public List<String> classNames() {
        return classNames;
    }

    /** Returns the number of classes. */
    public int classes() {
        return counts.length;
    }

    /** Returns how many examples of a class were predicted as one. */
    public long count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    /** Returns the number of examples. */
    public long examples() {
        return IntStream.range(0, classes()).mapToLong(this::examples).sum();
    }

    /** Returns the number of examples of a class. */
    public long examples(int actual) {
        return Arrays.stream(counts[actual]).sum();
    }

    /** Returns how many examples were predicted as a class. */
    public long predictions(int predicted) {
        return Arrays.stream(counts).mapToLong(row -> row[predicted]).sum();
    }

    /** Returns the number of examples that were predicted as what they are. */
    public long correct() {
        return IntStream.range(0, classes()).mapToLong(c -> counts[c][c]).sum();
    }

    /** Returns the share of examples that were predicted as what they are; NaN without examples. */
    public double accuracy() {
        return (double) correct() / examples();
    }

    /** Returns the share of the examples predicted as a class that are of it; 0 where there are none. */
    public double precision(int c) {
        return share(counts[c][c], predictions(c));
    }

    /** Returns the share of a class's examples that were predicted as it; 0 where there are none. */
    public double recall(int c) {
        return share(counts[c][c], examples(c));
    }

    /** Returns the harmonic mean of precision and recall; 0 where neither is above 0. */
    public double f1(int c) {
        return share(2 * counts[c][c], predictions(c) + examples(c));
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
        return IntStream.range(0, classes()).filter(c -> examples(c) > 0).mapToDouble(measure).average()
                .orElse(Double.NaN);
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
