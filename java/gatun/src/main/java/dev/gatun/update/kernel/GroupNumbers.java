package dev.gatun.update.kernel;

import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;

/** The numbers of one group: its own, and where schedules have moved some of them. Setting one allocates nothing. */
public final class GroupNumbers {
    private Hyperparameters own;
    private double learningRate;
    private double momentum;
    private double weightDecay;

    /** Numbers that nothing has moved yet. */
    public GroupNumbers(Hyperparameters own) {
        this.own = own;
        set(own);
    }

    /** Takes other numbers. */
    public void set(Hyperparameters numbers) {
        own = numbers;
        learningRate = numbers.learningRate();
        momentum = Scheduled.MOMENTUM.isIn(numbers) ? Scheduled.MOMENTUM.of(numbers) : 0;
        weightDecay = numbers.weightDecay();
    }

    /** Moves one of them, which {@link Scheduled#check} lets pass. */
    public void set(Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> learningRate = value;
            case MOMENTUM -> momentum = value;
            case WEIGHT_DECAY -> weightDecay = value;
        }
    }

    /** As they were given. */
    public Hyperparameters own() {
        return own;
    }

    /** The learning rate as it is now. */
    public double learningRate() {
        return learningRate;
    }

    /** As they are now. A momentum that has reached 0 may move on, as it is one in the numbers that were given. */
    public Hyperparameters now() {
        Hyperparameters now = own.with(Scheduled.LEARNING_RATE, learningRate);
        now = own.hasWeightDecay() ? now.with(Scheduled.WEIGHT_DECAY, weightDecay) : now;
        return Scheduled.MOMENTUM.isIn(own) ? now.with(Scheduled.MOMENTUM, momentum) : now;
    }
}
