package dev.gatun.cli.compress.pipeline;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A step of a pipeline: a command of compression with its options.
 *
 * @param command a command of this program
 * @param options their values by their names without dashes: a number, a text, a list of these, or true for a flag
 */
record Stage(String command, Map<String, Object> options) {
    /** What the pipeline itself says. */
    private static final Set<String> GIVEN = Set.of("output", "out", "json", "quiet", "trace", "checkpoint", "help");

    /** @throws IllegalArgumentException when an option is the pipeline's, or has no value that it could have */
    Stage {
        options = Map.copyOf(options);
        options.forEach((name, value) -> {
            if (!name.matches("[a-z][a-z0-9-]*")) {
                throw new IllegalArgumentException("\"" + name + "\" of the stage \"" + command
                        + "\" is no name of an option: write it without dashes before it, such as \"target-macs\"");
            }
            if (GIVEN.contains(name)) {
                throw new IllegalArgumentException("the stage \"" + command + "\" has the option \"" + name
                        + "\", which the pipeline gives itself: leave it out");
            }
            text(name, value);
        });
    }

    /** The arguments of the command, but for the network and the folder. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        options.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(option -> {
            if (Boolean.FALSE.equals(option.getValue())) {
                return;
            }
            arguments.add("--" + option.getKey());
            if (!Boolean.TRUE.equals(option.getValue())) {
                arguments.add(text(option.getKey(), option.getValue()));
            }
        });
        return arguments;
    }

    private String text(String name, Object value) {
        return switch (value) {
            case String text -> text;
            case Boolean flag -> flag.toString();
            case Long number -> number.toString();
            case Double number -> BigDecimal.valueOf(number).toPlainString();
            case List<?> list -> String.join(",", list.stream().map(each -> text(name, each)).toList());
            default -> throw new IllegalArgumentException("\"" + name + "\" of the stage \"" + command
                    + "\" is none of a number, a text, a list of these, true and false");
        };
    }
}
