package dev.gatun.update;

import java.util.Locale;

/** The hyper-parameters that a schedule may change between steps. */
public enum Scheduled {
    /** The learning rate. */
    LEARNING_RATE,
    /**
     * The momentum or, of a rule with two betas, the first of them, as in PyTorch's cycles. What is a function of the
     * step, such as a correction of a bias or NAdam's product of momenta, takes the latest value for all steps so far.
     */
    MOMENTUM,
    /** The weight of the decay term. */
    WEIGHT_DECAY;

    /** Returns the name in messages. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /**
     * Returns the name of the hyper-parameter in {@link UpdateRule#fields}.
     *
     * @throws IllegalArgumentException when the numbers do not have it
     */
    public String field(Hyperparameters numbers) {
        checkIn(numbers);
        return switch (this) {
            case LEARNING_RATE -> "learning_rate";
            case MOMENTUM -> numbers instanceof WithBetas ? "beta1" : "momentum";
            case WEIGHT_DECAY -> "weight_decay";
        };
    }

    /** Returns whether the rule has it. A momentum of 0 does not count: the rule has no state for it. */
    public boolean isIn(Hyperparameters numbers) {
        return switch (this) {
            case LEARNING_RATE -> true;
            case MOMENTUM -> numbers instanceof WithBetas
                    || (numbers instanceof WithMomentum rule && rule.momentum() != 0);
            case WEIGHT_DECAY -> numbers.hasWeightDecay();
        };
    }

    /**
     * Returns its value.
     *
     * @throws IllegalArgumentException when they do not have it
     */
    public double of(Hyperparameters numbers) {
        checkIn(numbers);
        return switch (this) {
            case LEARNING_RATE -> numbers.learningRate();
            case MOMENTUM -> numbers instanceof WithBetas rule ? rule.beta1() : ((WithMomentum) numbers).momentum();
            case WEIGHT_DECAY -> numbers.weightDecay();
        };
    }

    /** Returns a copy with another value of it; throws as {@link #check}. */
    public Hyperparameters in(Hyperparameters numbers, double value) {
        check(numbers, value);
        return numbers.rule().with(numbers, field(numbers), value);
    }

    /**
     * Checks a value. Allocates nothing where they may.
     *
     * @throws IllegalArgumentException if the rule does not have it, or the value is outside its domain
     */
    public void check(Hyperparameters numbers, double value) {
        checkIn(numbers);
        switch (this) {
            case LEARNING_RATE -> {
                Domain.atLeastZero(numbers.rule().name(), "learning rate", value);
                Domain.l1(numbers.rule().name(), value, numbers.l1());
                if (value == 0 && numbers.needsLearningRate()) {
                    throw new IllegalArgumentException(numbers.rule()
                            + ": a bounded trust ratio needs a learning rate above 0, got 0");
                }
            }
            case MOMENTUM -> {
                Domain.share(numbers.rule().name(), "momentum", value);
                if (value == 0 && numbers instanceof WithMomentum rule && rule.needsMomentum()) {
                    throw new IllegalArgumentException(numbers.rule()
                            + ": this variant needs a momentum above 0 and below 1, got 0");
                }
            }
            case WEIGHT_DECAY -> Domain.atLeastZero(numbers.rule().name(), "weight decay", value);
        }
    }

    private void checkIn(Hyperparameters numbers) {
        if (!isIn(numbers)) {
            throw new IllegalArgumentException(numbers.rule() + " has no " + words() + " that could be scheduled");
        }
    }
}
