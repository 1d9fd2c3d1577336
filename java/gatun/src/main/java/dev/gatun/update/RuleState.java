package dev.gatun.update;

/**
 * A state that an update rule keeps.
 *
 * @param name as PyTorch's optimizers name it
 * @param kind which numbers it holds
 */
public record RuleState(String name, StateKind kind) {
    /** A state of numbers of both signs. */
    public static RuleState signed(String name) {
        return new RuleState(name, StateKind.SIGNED);
    }

    /** A state of squares, magnitudes or step sizes. */
    public static RuleState nonNegative(String name) {
        return new RuleState(name, StateKind.NON_NEGATIVE);
    }
}
