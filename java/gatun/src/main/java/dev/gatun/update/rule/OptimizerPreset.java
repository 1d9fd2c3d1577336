package dev.gatun.update.rule;

import dev.gatun.update.Hyperparameters;

/** A named optimizer: a rule with default hyper-parameters, with which LeNet learns the drawn digits. */
public record OptimizerPreset(String name, Hyperparameters numbers) {
    /** Returns the name. */
    @Override
    public String toString() {
        return name;
    }
}
