package dev.gatun.update.kernel;

import dev.gatun.update.Domain;

/**
 * What all groups share in one step. It is made once and changed between steps.
 *
 * <p>A gradient is multiplied by the scale, then clamped; the rule comes next; then the average of the weights moves:
 * {@code average <- average + (1 - averageDecay) * (w - average)}, from the weights themselves after the first step.
 */
public final class UpdateStep {
    private long number = 1;
    private double gradientScale = 1;
    private double clipValue;
    private double averageDecay;

    /** 1 for the first step of the run. */
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

    /** What every gradient is multiplied by first; 1 until set. */
    public double gradientScale() {
        return gradientScale;
    }

    /** Sets the scale. */
    public void setGradientScale(double scale) {
        Domain.finite("step", "gradient scale", scale);
        gradientScale = scale;
    }

    /** The bound of each gradient, on both sides; 0, as at first, for none. */
    public double clipValue() {
        return clipValue;
    }

    /** Sets the bound. */
    public void setClipValue(double bound) {
        Domain.atLeastZero("step", "clip value", bound);
        clipValue = bound;
    }

    /** How much of the weights' average stays in a step. */
    public double averageDecay() {
        return averageDecay;
    }

    /** Sets the average's decay. */
    public void setAverageDecay(double decay) {
        Domain.share("step", "decay of the average", decay);
        averageDecay = decay;
    }
}
