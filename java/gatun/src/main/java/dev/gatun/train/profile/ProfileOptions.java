package dev.gatun.train.profile;

import dev.gatun.options.WithMethods;

/**
 * Options of a {@link ProfileRecorder}.
 *
 * @param warmUpSteps steps that are not recorded, before those that are
 * @param steps       steps to record, at least 1
 */
@WithMethods
public record ProfileOptions(int warmUpSteps, int steps) implements ProfileOptionsBuilder.With {
    /** Checks that both are in their range. */
    public ProfileOptions {
        if (warmUpSteps < 0 || steps < 1) {
            throw new IllegalArgumentException("a profile records at least 1 step after at least 0 others, got " + steps
                    + " after " + warmUpSteps);
        }
    }

    /** Returns the defaults: 20 steps after 5 others. */
    public static ProfileOptions defaults() {
        return new ProfileOptions(5, 20);
    }
}
