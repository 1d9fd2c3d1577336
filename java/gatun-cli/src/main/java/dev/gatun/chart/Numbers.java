package dev.gatun.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people, as short as they can be. */
public final class Numbers {
    private static final double PLAIN_FROM = 1e-4;
    private static final double SHORTENED_FROM = 1e4;

    private Numbers() {}

    /** Formats with at most four significant digits: {@code 0.125}, {@code 20k}, {@code 1.5M}, {@code 2e-5}. */
    public static String text(double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size < PLAIN_FROM) {
            return String.format(Locale.ROOT, "%.3e", value).replaceFirst("\\.?0*e", "e").replaceFirst("e-0", "e-");
        }
        if (size < SHORTENED_FROM) {
            return plain(value);
        }
        return size < 1e6 ? plain(value / 1e3) + "k" : size < 1e9 ? plain(value / 1e6) + "M"
                : size < 1e12 ? plain(value / 1e9) + "G"
                : String.format(Locale.ROOT, "%.2e", value).replaceFirst("\\.?0*e\\+", "e");
    }

    private static String plain(double value) {
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros();
        return rounded.toPlainString();
    }

    /** Formats a fraction: {@code 98.25 %}. */
    public static String percent(double share) {
        return Double.isFinite(share) ? String.format(Locale.ROOT, "%.2f %%", 100 * share) : "-";
    }
}
