package dev.gatun.lab;

import java.util.Locale;

/** Formatting of numbers. */
public final class Texts {
    private Texts() {}

    /** Formats three significant digits, without trailing zeros: {@code 0.02}, {@code 3.16e-05}, {@code 120}. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            return Double.isNaN(value) ? "-" : "inf";
        }
        double size = Math.abs(value);
        if (value == 0 || (size >= 1e-3 && size < 1e5)) {
            int digits = value == 0 ? 0 : Math.clamp(2 - (int) Math.floor(Math.log10(size)), 0, 5);
            String text = String.format(Locale.ROOT, "%." + digits + "f", value);
            return digits == 0 ? text : text.replaceFirst("\\.?0+$", "");
        }
        return String.format(Locale.ROOT, "%.2e", value).replaceFirst("\\.?0+e", "e");
    }

    /** {@code 98.25 %}. */
    static String percent(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%.2f %%", 100 * share) : "-";
    }
}
