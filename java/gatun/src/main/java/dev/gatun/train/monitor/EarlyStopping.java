package dev.gatun.train.monitor;

import dev.gatun.options.WithMethods;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which epoch of a run is its best, and whether the run ends when none has been better for a while.
 *
 * @param monitor  the quantity that is watched
 * @param patience epochs without improvement after which the run ends; 0 for never
 * @param delta    an epoch counts as an improvement if it is better than those before by more than this. The best epoch
 *                 is the best, by however little
 */
@WithMethods
public record EarlyStopping(Monitor monitor, int patience, double delta) implements EarlyStoppingBuilder.With {
    /** All epochs are done; the one of the least loss is the best. */
    public static final EarlyStopping NEVER = new EarlyStopping(Monitor.LOSS, 0, 0);

    private static final String DELTA = "delta=";

    /** Checks that neither number is negative. */
    public EarlyStopping {
        if (patience < 0 || !(delta >= 0 && Double.isFinite(delta))) {
            throw new IllegalArgumentException("patience and delta must not be negative, got " + patience + " and "
                    + delta);
        }
    }

    /** Returns whether a run may end early. */
    public boolean isActive() {
        return patience > 0;
    }

    /** Returns patience and delta as {@link #parse} reads them. */
    public String text() {
        return patience + (delta == 0 ? "" : "," + DELTA + delta);
    }

    /**
     * Reads {@code 5} or {@code 5,delta=0.001}; the loss is watched.
     *
     * @throws IllegalArgumentException with a complete message when it is neither
     */
    public static EarlyStopping parse(String text) {
        List<String> parts = List.of(text.strip().toLowerCase(Locale.ROOT).split(",", -1));
        try {
            int patience = Integer.parseInt(parts.getFirst().strip());
            double delta = 0;
            if (parts.size() > 1) {
                String second = parts.get(1).strip();
                if (parts.size() > 2 || !second.startsWith(DELTA)) {
                    throw invalid(text, null);
                }
                delta = Double.parseDouble(second.substring(DELTA.length()));
            }
            return new EarlyStopping(Monitor.LOSS, patience, delta);
        } catch (NumberFormatException e) {
            throw invalid(text, e);
        }
    }

    private static IllegalArgumentException invalid(String text, @Nullable Throwable cause) {
        return new IllegalArgumentException("'" + text + "' is no patience in epochs, such as 5 or 5,delta=0.001",
                cause);
    }
}
