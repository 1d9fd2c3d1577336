package dev.gatun.update.kernel;

import dev.gatun.update.Domain;

/**
 * The arguments of a step that all groups share. One object is reused for all steps.
 *
 * <p>A gradient is multiplied by the scale, then clamped; the rule comes next; then the average of the weights is
 * updated: {@code average <- average + (1 - averageDecay) * (w - average)}, from the weights themselves after the first
 * step.
 */
public final class UpdateStep {
    private long number = 1;
    private double gradientScale = 1;
    private double clipValue;
    private double averageDecay;

    /** Returns the number of the step, from 1. */
    public long number() {
        return number;
    }

    /** Sets the number. */
    public void setNumber(long newNumber) {
        if (newNumber < 1) {
            throw new IllegalArgumentException("the first step is 1, got " + newNumber);
        }
        number = newNumber;
    }

    /** Returns the factor of every gradient, applied first; initially 1. */
    public double gradientScale() {
        return gradientScale;
    }

    /** Sets the scale. */
    public void setGradientScale(double scale) {
        Domain.finite("step", "gradient scale", scale);
        gradientScale = scale;
    }

    /** Returns the largest magnitude of a gradient; 0, the initial value, for none. */
    public double clipValue() {
        return clipValue;
    }

    /** Sets the bound. */
    public void setClipValue(double bound) {
        Domain.atLeastZero("step", "clip value", bound);
        clipValue = bound;
    }

    /** Returns the decay of the average of the weights. */
    public double averageDecay() {
        return averageDecay;
    }

    /** Sets the decay of the average of the weights. */
    public void setAverageDecay(double decay) {
        Domain.share("step", "decay of the average", decay);
        averageDecay = decay;
    }
}
