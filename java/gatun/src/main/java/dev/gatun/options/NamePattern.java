package dev.gatun.options;

import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Patterns by which options name layers and variables; {@code *} stands for any characters, none included. */
public final class NamePattern {
    private NamePattern() {}

    /** Returns the regular expression that matches the same names. */
    public static Pattern of(String pattern) {
        return Pattern.compile(
                Stream.of(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
