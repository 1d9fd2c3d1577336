package dev.gatun.cli.option;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Channels, height and width as an option value: {@code 3x32x32}. */
public record ImageShape(int channels, int height, int width) {
    private static final Pattern SHAPE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})x([1-9]\\d{0,5})");

    /** Parses an option value. */
    public static ImageShape parse(String text) {
        Matcher matcher = SHAPE.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no shape of an image; write it as 3x32x32");
        }
        return new ImageShape(
                Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)));
    }
}
