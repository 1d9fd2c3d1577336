package dev.gatun.update.rule;

import dev.gatun.update.Hyperparameters;

/**
 * An optimizer by the name that users know: a rule, and the numbers it gets where nothing else is said. With these,
 * LeNet learns the drawn digits.
 */
public record OptimizerPreset(String name, Hyperparameters numbers) {
    /** Its name. */
    @Override
    public String toString() {
        return name;
    }
}
