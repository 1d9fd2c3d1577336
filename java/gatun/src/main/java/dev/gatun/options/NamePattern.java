package dev.gatun.options;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Patterns by which options name layers and variables, as shells name files: {@code *} stands for any characters, none
 * included, {@code ?} for one, {@code [12]}, {@code [1-3]} and {@code [!12]} for one of those, or none of those,
 * {@code {conv1,bn1}} for one of these words. A pattern that begins with {@code !} matches the names that the rest does
 * not.
 */
public final class NamePattern {
    private NamePattern() {}

    /**
     * Returns the regular expression that matches the same names.
     *
     * @throws IllegalArgumentException when a bracket or brace is not closed, or a range is none
     */
    public static Pattern of(String pattern) {
        boolean others = pattern.startsWith("!");
        String names = expression(others ? pattern.substring(1) : pattern);
        try {
            return Pattern.compile(others ? "(?!(?:" + names + ")$).*" : names);
        } catch (PatternSyntaxException e) {
            throw invalid(pattern, e.getDescription(), e);
        }
    }

    private static String expression(String pattern) {
        StringBuilder expression = new StringBuilder();
        boolean inWords = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '*' -> expression.append(".*");
                case '?' -> expression.append('.');
                case '[' -> {
                    int end = pattern.indexOf(']', i + 1);
                    if (end < 0) {
                        throw invalid(pattern, "a [ is not closed", null);
                    }
                    expression.append(oneOf(pattern, pattern.substring(i + 1, end)));
                    i = end;
                }
                case '{' -> {
                    if (inWords || pattern.indexOf('}', i) < 0) {
                        throw invalid(pattern, "a { is not closed", null);
                    }
                    inWords = true;
                    expression.append("(?:");
                }
                case '}' -> {
                    if (!inWords) {
                        throw invalid(pattern, "a } was not opened", null);
                    }
                    inWords = false;
                    expression.append(')');
                }
                case ',' -> expression.append(inWords ? "|" : ",");
                default -> expression.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return expression.toString();
    }

    private static String oneOf(String pattern, String inside) {
        boolean none = inside.startsWith("!") || inside.startsWith("^");
        String characters = none ? inside.substring(1) : inside;
        if (characters.isEmpty()) {
            throw invalid(pattern, "there is nothing between [ and ]", null);
        }
        return (none ? "[^" : "[") + characters.replaceAll("[\\\\\\[\\]&^]", "\\\\$0") + "]";
    }

    private static IllegalArgumentException invalid(
            String pattern, String reason, @Nullable Throwable cause) {
        return new IllegalArgumentException("'" + pattern + "' is no pattern of names: " + reason, cause);
    }
}
