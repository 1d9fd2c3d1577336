package dev.gatun.train.search;

import java.util.ArrayList;
import java.util.List;

/** The loss of each step of a run in which the learning rate rises. */
public final class LearningRateCurve {
    /** Before so many steps the smoothed loss says little. */
    static final int LEAST_STEPS = 5;

    /** The part of the mean that a step keeps of those before. */
    private static final double KEPT = 0.9;

    private final List<Double> rates = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private final List<Double> smoothed = new ArrayList<>();
    private double mean;

    /** Adds a step at a higher rate than those before. */
    public void add(double rate, double loss) {
        rates.add(rate);
        losses.add(loss);
        mean = KEPT * mean + (1 - KEPT) * loss;
        smoothed.add(mean / (1 - Math.pow(KEPT, rates.size())));
    }

    /** Returns the number of steps. */
    public int size() {
        return rates.size();
    }

    /** Returns the learning rate of a step. */
    public double rate(int step) {
        return rates.get(step);
    }

    /** Returns the loss of a step. */
    public double loss(int step) {
        return losses.get(step);
    }

    /** Returns the exponential mean of the losses up to a step, without the bias of its beginning. */
    public double smoothed(int step) {
        return smoothed.get(step);
    }

    /** Returns the step of the least smoothed loss. */
    public int best() {
        int best = 0;
        for (int i = 1; i < size(); i++) {
            if (smoothed(i) < smoothed(best)) {
                best = i;
            }
        }
        return best;
    }

    /**
     * Returns the rate at which the smoothed loss falls fastest, over the logarithm of the rate, before its least.
     *
     * @throws IllegalStateException when the loss never fell: there is nothing to suggest
     */
    public double suggestion() {
        int steepest = -1;
        double slope = 0;
        for (int i = LEAST_STEPS; i < best(); i++) {
            double here = (smoothed(i + 1) - smoothed(i - 1)) / Math.log(rate(i + 1) / rate(i - 1));
            if (here < slope) {
                slope = here;
                steepest = i;
            }
        }
        if (steepest < 0) {
            throw new IllegalStateException("the loss fell at no learning rate of " + size()
                    + " steps: take more steps, or other rates");
        }
        return rate(steepest);
    }
}
