package dev.gatun.train;

import dev.gatun.engine.KernelChoices;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.json.Json;
import dev.gatun.optim.HyperparameterFields;
import dev.gatun.update.Hyperparameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

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

    /** Counts up to a limit; none where they are missing. */
    static List<Long> counts(LoadedCheckpoint checkpoint, String key, long most) {
        List<Long> counts = new ArrayList<>();
        if (checkpoint.state().containsKey(key)) {
            if (!(checkpoint.state().get(key) instanceof List<?> values)) {
                throw invalid(checkpoint, key);
            }
            for (Object each : values) {
                if (!(each instanceof Long value) || value < 0 || value > most) {
                    throw invalid(checkpoint, key);
                }
                counts.add(value);
            }
        }
        return counts;
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
    static Map<String, Object> optionalObject(LoadedCheckpoint checkpoint, String key) {
        return checkpoint.state().containsKey(key) ? object(checkpoint, key) : Map.of();
    }

    @SuppressWarnings("unchecked") // JSON has no other maps
    static Map<String, Object> object(LoadedCheckpoint checkpoint, String key) {
        if (checkpoint.state().get(key) instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw invalid(checkpoint, key);
    }

    /** That something is missing or damaged. */
    static CheckpointException invalid(LoadedCheckpoint checkpoint, String key) {
        Object found = checkpoint.state().get(key);
        return new CheckpointException(checkpoint.path() + ": state.json has no valid \"" + key + "\""
                + (checkpoint.state().containsKey(key) ? " (" + Json.shorten(String.valueOf(found)) + ")" : "")
                + "; resume from an earlier checkpoint");
    }

    /** Runs what reads a field in its own way. */
    static <T> T read(LoadedCheckpoint checkpoint, String key, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            throw new CheckpointException(checkpoint.path() + ": \"" + key + "\" of state.json: "
                    + Json.shorten(String.valueOf(e.getMessage())) + "; use the options it was made with, or an earlier"
                    + " checkpoint", e);
        }
    }

    /** Refuses a checkpoint that was made with something else. */
    static void check(LoadedCheckpoint checkpoint, String key, Object expected) {
        Object found = checkpoint.state().get(key);
        if (!expected.equals(found)) {
            throw new CheckpointException(checkpoint.path() + " was made with " + key + " "
                    + Json.shorten(String.valueOf(found)) + ", this run has " + expected
                    + "; use the options it was made with");
        }
    }

    /** The states of one variant mean nothing to another. Numbers may change: that is the caller's wish. */
    static void checkChoices(LoadedCheckpoint checkpoint, Hyperparameters optimizer) {
        Map<String, Object> made = object(checkpoint, HYPERPARAMETERS);
        for (Map.Entry<String, Object> each : HyperparameterFields.of(optimizer).entrySet()) {
            boolean isNumber = made.get(each.getKey()) instanceof Number;
            if (!made.containsKey(each.getKey()) || isNumber != each.getValue() instanceof Number) {
                throw invalid(checkpoint, HYPERPARAMETERS + "." + each.getKey());
            }
        }
        HyperparameterFields.firstDifferentChoice(optimizer, made).ifPresent(choice -> {
            throw new CheckpointException(checkpoint.path() + " was made with " + optimizer.label() + "'s " + choice
                    + " " + made.get(choice) + ", this run has " + HyperparameterFields.of(optimizer).get(choice)
                    + "; use the options it was made with");
        });
    }

    /** The precision of the run that made a checkpoint. */
    static PrecisionPolicy precision(LoadedCheckpoint checkpoint) {
        if (checkpoint.state().get(PRECISION) instanceof String text) {
            return read(checkpoint, PRECISION, () -> PrecisionPolicy.parse(text));
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
