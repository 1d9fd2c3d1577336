package dev.gatun.optim;

import dev.gatun.update.Hyperparameters;
import dev.gatun.update.Scheduled;

/** The numbers of one group: its own, and where schedules have moved some of them. Setting one allocates nothing. */
final class GroupNumbers {
    private Hyperparameters own;
    private double learningRate;
    private double momentum;
    private double weightDecay;

    GroupNumbers(Hyperparameters own) {
        this.own = own;
        set(own);
    }

    void set(Hyperparameters numbers) {
        own = numbers;
        learningRate = numbers.learningRate();
        momentum = Scheduled.MOMENTUM.isIn(numbers) ? Scheduled.MOMENTUM.of(numbers) : 0;
        weightDecay = numbers.weightDecay();
    }

    void set(Scheduled what, double value) {
        switch (what) {
            case LEARNING_RATE -> learningRate = value;
            case MOMENTUM -> momentum = value;
            case WEIGHT_DECAY -> weightDecay = value;
        }
    }

    /** As they were given. */
    Hyperparameters own() {
        return own;
    }

    double learningRate() {
        return learningRate;
    }

    /** As they are now. */
    Hyperparameters now() {
        Hyperparameters now = own.with(Scheduled.LEARNING_RATE, learningRate);
        now = own.hasWeightDecay() ? now.with(Scheduled.WEIGHT_DECAY, weightDecay) : now;
        return Scheduled.MOMENTUM.isIn(own) ? now.with(Scheduled.MOMENTUM, momentum) : now;
    }
}
