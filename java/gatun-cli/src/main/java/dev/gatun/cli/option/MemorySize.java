package dev.gatun.cli.option;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A size as an option value: {@code 500m}, {@code 4g}, {@code 1.5 GiB}; a plain number is in bytes. */
public record MemorySize(long bytes) {
    private static final Pattern SIZE = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([kmgt]?)(?:i?b)?");

    /** Parses an option value. */
    public static MemorySize parse(String text) {
        Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (matcher.matches()) {
            int shift = 10 * ("kmgt".indexOf(matcher.group(2)) + 1) * (matcher.group(2).isEmpty() ? 0 : 1);
            double bytes = Double.parseDouble(matcher.group(1)) * (1L << shift);
            if (bytes >= 1 && bytes < 0x1p62) {
                return new MemorySize((long) bytes);
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no size; write it as 500m or 4g");
    }
}
