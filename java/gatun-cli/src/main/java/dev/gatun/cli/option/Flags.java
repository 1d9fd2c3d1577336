package dev.gatun.cli.option;

import dev.gatun.update.Hyperparameters;
import dev.gatun.update.StateStorage;
import dev.gatun.update.rule.UpdateRules;
import org.jspecify.annotations.Nullable;

/** Checks of single flags. */
public final class Flags {
    private Flags() {}

    public static int atLeast(String flag, int least, @Nullable Integer value, int otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value < least) {
            throw CliException.usage(flag + " must be at least " + least + ", got " + value);
        }
        return value;
    }

    public static int threads(@Nullable Integer value) {
        int threads = value == null ? Runtime.getRuntime().availableProcessors() : value;
        if (threads < 1 || threads > Devices.MOST_THREADS) {
            throw CliException.usage(
                    "--threads must lie between 1 and " + Devices.MOST_THREADS + ", got " + threads);
        }
        return threads;
    }

    public static @Nullable Double aboveZero(String flag, @Nullable Double value) {
        return checked(flag, value, value != null && value > 0, "above 0");
    }

    public static @Nullable Double atLeastZero(String flag, @Nullable Double value) {
        return checked(flag, value, value != null && value >= 0, "at least 0");
    }

    public static @Nullable Double fromZeroToOne(String flag, @Nullable Double value) {
        return checked(flag, value, value != null && value >= 0 && value < 1, "at least 0 and below 1");
    }

    /** How states are stored: as asked for, if the rule's can be. */
    public static StateStorage states(@Nullable StateStorage value, Hyperparameters numbers) {
        StateStorage states = value == null ? StateStorage.F32 : value;
        try {
            UpdateRules.checkFits(states, numbers);
        } catch (IllegalArgumentException e) {
            throw CliException.usage("--states: " + e.getMessage());
        }
        return states;
    }

    private static @Nullable Double checked(String flag, @Nullable Double value, boolean valid, String range) {
        if (value == null || (valid && Double.isFinite(value))) {
            return value;
        }
        throw CliException.usage(flag + " must be a number " + range + ", got " + value);
    }
}
