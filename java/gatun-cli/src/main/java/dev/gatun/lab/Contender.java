package dev.gatun.lab;

import dev.gatun.update.Hyperparameters;

/**
 * An optimizer to be compared.
 *
 * @param name    display name
 * @param numbers rule and default hyper-parameters
 */
public record Contender(String name, Hyperparameters numbers) {
    /** Returns the family of the rule. */
    public Family family() {
        return Family.of(numbers);
    }
}
