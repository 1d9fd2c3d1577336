package dev.gatun.cli.terminal;

import java.util.Locale;

/** Human-readable durations. */
public final class Durations {
    private Durations() {}

    /** Formats a duration as {@code 12 s}, {@code 3 min 05 s}, {@code 2 h 10 min}. */
    public static String format(double seconds) {
        long whole = Math.max(0, Math.round(seconds));
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60)
                : String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
    }
}
