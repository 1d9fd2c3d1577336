package dev.gatun.update.kernel;

import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;

/**
 * The hyper-parameters of one group: base values, and current values where schedules have changed them. Setting one
 * allocates nothing.
 */
public final class GroupNumbers {
    private Hyperparameters own;
    private double learningRate;
    private double momentum;
    private double weightDecay;

    /** Creates a group whose current values are the base values. */
    public GroupNumbers(Hyperparameters own) {
        this.own = own;
        set(own);
    }

    /** Sets the base values, and the current values to them. */
    public void set(Hyperparameters numbers) {
        own = numbers;
        learningRate = numbers.learningRate();
        momentum = Scheduled.MOMENTUM.isIn(numbers) ? Scheduled.MOMENTUM.of(numbers) : 0;
        weightDecay = numbers.weightDecay();
    }

    /** Sets the current value of one hyper-parameter, which {@link Scheduled#check} accepts. */
    public void set(Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> learningRate = value;
            case MOMENTUM -> momentum = value;
            case WEIGHT_DECAY -> weightDecay = value;
        }
    }

    /** Returns the base values. */
    public Hyperparameters own() {
        return own;
    }

    /** Returns the current learning rate. */
    public double learningRate() {
        return learningRate;
    }

    /** Returns the current values. A momentum that has reached 0 may change again, as the base value has one. */
    public Hyperparameters now() {
        Hyperparameters now = own.with(Scheduled.LEARNING_RATE, learningRate);
        now = own.hasWeightDecay() ? now.with(Scheduled.WEIGHT_DECAY, weightDecay) : now;
        return Scheduled.MOMENTUM.isIn(own) ? now.with(Scheduled.MOMENTUM, momentum) : now;
    }
}
