package dev.gatun.lab;

import dev.gatun.update.Hyperparameters;

/**
 * An optimizer that takes part.
 *
 * @param name    what people call it
 * @param numbers its rule, and the numbers it runs with where nothing else is said
 */
public record Contender(String name, Hyperparameters numbers) {
    public Family family() {
        return Family.of(numbers);
    }
}
