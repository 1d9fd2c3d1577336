package dev.gatun.chart;

import java.util.ArrayList;
import java.util.List;

/** How much room text takes, without a font at hand: rather more than less. */
final class TextExtent {
    /** Widths as shares of the size of the font: of narrow letters, of capitals and wide letters, of full width. */
    private static final double NARROW = 0.4;
    private static final double USUAL = 0.64;
    private static final double WIDE = 0.95;
    private static final double FULL = 1.05;

    private TextExtent() {}

    static double width(String text, double size) {
        return size * text.codePoints().mapToDouble(TextExtent::share).sum();
    }

    private static double share(int codePoint) {
        if (codePoint > 0x2E7F) {
            return FULL;
        }
        if ("iljtfrI.,:;'|!()[] /".indexOf(codePoint) >= 0) {
            return NARROW;
        }
        return Character.isUpperCase(codePoint) || "mwMW%@".indexOf(codePoint) >= 0 ? WIDE : USUAL;
    }

    /** Breaks text into lines between words; a longer word stays whole. */
    static List<String> wrap(String text, double size, double width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && width(line + " " + word, size) > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    /** Cuts text off, with an ellipsis, where it is too wide. */
    static String fit(String text, double size, double width) {
        if (width(text, size) <= width) {
            return text;
        }
        int end = text.length();
        while (end > 0 && width(text.substring(0, end) + "\u2026", size) > width) {
            end = text.offsetByCodePoints(end, -1);
        }
        return text.substring(0, end) + "\u2026";
    }
}
