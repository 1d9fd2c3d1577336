package dev.gatun.update;

/**
 * A state of an update rule.
 *
 * @param name name, as in PyTorch's optimizers
 * @param kind range of its numbers
 */
public record RuleState(String name, StateKind kind) {
    /** Returns a state of numbers of both signs. */
    public static RuleState signed(String name) {
        return new RuleState(name, StateKind.SIGNED);
    }

    /** Returns a state of squares, magnitudes or step sizes. */
    public static RuleState nonNegative(String name) {
        return new RuleState(name, StateKind.NON_NEGATIVE);
    }
}
