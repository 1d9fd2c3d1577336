package dev.gatun.train;

import dev.gatun.engine.KernelChoices;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.optim.HyperparameterFields;
import dev.gatun.update.Hyperparameters;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What {@code state.json} of a checkpoint says, read with one clear line for whatever is not as it should be. */
final class SavedNumbers {
    static final String OPTIMIZER = "optimizer";
    static final String HYPERPARAMETERS = "hyperparameters";
    static final String OPTIMIZER_STEPS = "optimizer_steps";
    static final String LOSS_SCALER = "loss_scaler";
    static final String PRECISION = "precision";
    static final String KERNELS = "kernels";

    private SavedNumbers() {}

    /** A count: a whole number that is not negative. */
    static long number(LoadedCheckpoint checkpoint, String key) {
        return number(checkpoint, key, Long.MAX_VALUE);
    }

    /** A count up to a limit. */
    static long number(LoadedCheckpoint checkpoint, String key, long most) {
        if (checkpoint.state().get(key) instanceof Long value && value >= 0 && value <= most) {
            return value;
        }
        throw invalid(checkpoint, key);
    }

    /** Any whole number, as a seed is. */
    static long integer(LoadedCheckpoint checkpoint, String key) {
        if (checkpoint.state().get(key) instanceof Long value) {
            return value;
        }
        throw invalid(checkpoint, key);
    }

    /** A finite number. */
    static double finite(LoadedCheckpoint checkpoint, String key) {
        if (checkpoint.state().get(key) instanceof Number value && Double.isFinite(value.doubleValue())) {
            return value.doubleValue();
        }
        throw invalid(checkpoint, key);
    }

    /** Empty where it is missing, as that of a schedule without state. */
    @SuppressWarnings("unchecked") // JSON has no other maps
    static Map<String, Object> object(LoadedCheckpoint checkpoint, String key) {
        return switch ((@Nullable Object) checkpoint.state().get(key)) {
            case Map<?, ?> map -> (Map<String, Object>) map;
            case null -> Map.of();
            default -> throw invalid(checkpoint, key);
        };
    }

    /** That something is missing or damaged. */
    static CheckpointException invalid(LoadedCheckpoint checkpoint, String key) {
        return new CheckpointException(
                checkpoint.path() + ": state.json has no valid \"" + key + "\"; resume from an earlier checkpoint");
    }

    /** Refuses a checkpoint that was made with something else. */
    static void check(LoadedCheckpoint checkpoint, String key, Object expected) {
        Object found = checkpoint.state().get(key);
        if (!expected.equals(found)) {
            throw new CheckpointException(checkpoint.path() + " was made with " + key + " " + found + ", this run has "
                    + expected + "; use the options it was made with");
        }
    }

    /** The states of one variant mean nothing to another. Numbers may change: that is the caller's wish. */
    static void checkChoices(LoadedCheckpoint checkpoint, Hyperparameters optimizer) {
        Map<String, Object> made = object(checkpoint, HYPERPARAMETERS);
        HyperparameterFields.firstDifferentChoice(optimizer, made).ifPresent(choice -> {
            throw new CheckpointException(checkpoint.path() + " was made with " + optimizer.label() + "'s " + choice
                    + " " + made.get(choice) + ", this run has " + HyperparameterFields.of(optimizer).get(choice)
                    + "; use the options it was made with");
        });
    }

    /** The precision of the run that made a checkpoint. */
    static PrecisionPolicy precision(LoadedCheckpoint checkpoint) {
        if (checkpoint.state().get(PRECISION) instanceof String text) {
            try {
                return PrecisionPolicy.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CheckpointException(
                        checkpoint.path() + ": state.json: " + e.getMessage() + "; use an earlier checkpoint", e);
            }
        }
        throw invalid(checkpoint, PRECISION);
    }

    /** The kernels of the run that made a checkpoint. */
    static KernelChoices choices(LoadedCheckpoint checkpoint) {
        Map<String, String> entries = new TreeMap<>();
        object(checkpoint, KERNELS).forEach((problem, choice) -> {
            if (!(choice instanceof String name)) {
                throw invalid(checkpoint, KERNELS);
            }
            entries.put(problem, name);
        });
        return KernelChoices.of(entries);
    }
}
