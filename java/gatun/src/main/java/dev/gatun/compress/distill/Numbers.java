package dev.gatun.compress.distill;

/** Numbers in texts of options. */
final class Numbers {
    private static final double EXACT = 1L << 53;

    private Numbers() {}

    static double parse(String key, String text) {
        try {
            // Double.parseDouble takes type suffixes and hexadecimals, which belong to program text.
            return Double.parseDouble(text.matches("[0-9.eE+-]+") ? text : "");
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " must be a number, got \"" + text + "\"", e);
        }
    }

    static int count(String key, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(key + " must be a whole number, got \"" + text + "\"", e);
        }
    }

    /** The shortest text that is read as the same number: {@code 1000}, {@code 0.9}. */
    static String text(double number) {
        return number == Math.rint(number) && Math.abs(number) < EXACT ? Long.toString((long) number)
                : Double.toString(number);
    }
}
