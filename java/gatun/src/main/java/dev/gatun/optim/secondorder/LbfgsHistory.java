package dev.gatun.optim.secondorder;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The latest changes of gradient and point, oldest first, in memory for a fixed number of them. */
final class LbfgsHistory {
    private final DoubleVector[] gradientChanges;
    private final DoubleVector[] pointChanges;
    private final double[] inverses; // 1 / (gradient change . point change)
    private final double[] factors;
    private int first;
    private int count;

    /** In memory for 2 * pairs vectors of n elements. */
    LbfgsHistory(MemorySegment memory, long n, int pairs) {
        gradientChanges = new DoubleVector[pairs];
        pointChanges = new DoubleVector[pairs];
        Arrays.setAll(gradientChanges, i -> DoubleVector.at(memory, n, i));
        Arrays.setAll(pointChanges, i -> DoubleVector.at(memory, n, pairs + i));
        inverses = new double[pairs];
        factors = new double[pairs];
    }

    int count() {
        return count;
    }

    private int slot(int age) {
        return (first + age) % inverses.length;
    }

    DoubleVector gradientChange(int age) {
        return gradientChanges[slot(age)];
    }

    DoubleVector pointChange(int age) {
        return pointChanges[slot(age)];
    }

    double inverse(int age) {
        return inverses[slot(age)];
    }

    void clear() {
        first = 0;
        count = 0;
    }

    /** Remembers a pair, and forgets the oldest where there is no room. */
    void add(DoubleVector gradientChange, DoubleVector pointChange, double inverse) {
        if (count == inverses.length) {
            first = (first + 1) % inverses.length;
            count--;
        }
        int slot = slot(count++);
        gradientChanges[slot].set(gradientChange);
        pointChanges[slot].set(pointChange);
        inverses[slot] = inverse;
    }

    /** Turns a gradient into the direction down: minus the approximate inverse Hessian times it. */
    void direction(DoubleVector gradient, double scale, DoubleVector direction) {
        direction.set(-1, gradient);
        for (int i = count - 1; i >= 0; i--) {
            factors[i] = pointChange(i).dot(direction) * inverse(i);
            direction.add(-factors[i], gradientChange(i));
        }
        direction.set(scale, direction);
        for (int i = 0; i < count; i++) {
            double factor = gradientChange(i).dot(direction) * inverse(i);
            direction.add(factors[i] - factor, pointChange(i));
        }
    }
}
