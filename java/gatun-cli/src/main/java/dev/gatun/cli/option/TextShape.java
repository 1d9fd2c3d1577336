package dev.gatun.cli.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The length of a text and the number of different characters as an option value: {@code 50x128}. */
public record TextShape(int steps, int characters) {
    private static final Pattern SHAPE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})");

    /** Parses an option value. */
    public static TextShape parse(String text) {
        Matcher matcher = SHAPE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no shape of a text; write it as 50x128");
        }
        return new TextShape(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
}
