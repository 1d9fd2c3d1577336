package dev.gatun.cli;

import dev.gatun.cli.option.Suggestions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** One line for what somebody typed wrong. */
final class UsageErrors {
    private UsageErrors() {}

    static String message(ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        String text = switch (failure) {
            case UnmatchedArgumentException unmatched -> unmatched(unmatched, command);
            case MissingParameterException missing -> sentence(missing);
            default -> sentence(failure);
        };
        return text + "; see " + command.getCommandSpec().qualifiedName() + " --help";
    }

    private static String unmatched(UnmatchedArgumentException failure, CommandLine command) {
        String typed = failure.getUnmatched().getFirst();
        if (typed.startsWith("@")) {
            return "there is no file of options " + typed.substring(1);
        }
        boolean isCommand = !typed.startsWith("-") && !command.getSubcommands().isEmpty();
        String name = typed.split("=", 2)[0];
        List<String> known = new ArrayList<>();
        if (isCommand) {
            known.addAll(command.getSubcommands().keySet());
        } else if (typed.startsWith("-")) {
            command.getCommandSpec().optionsMap().forEach((option, spec) -> {
                if (!spec.hidden()) {
                    known.add(option);
                }
            });
        }
        String kind = isCommand ? "there is no command " : typed.startsWith("-") ? "there is no option "
                : "unexpected ";
        return kind + "'" + name + "'" + Suggestions.didYouMean(name, known);
    }

    /** picocli's words, beginning in lower case; its class names mean nothing to a user. */
    private static String sentence(ParameterException failure) {
        String text = String.valueOf(failure.getMessage()).replaceAll("\\p{Cntrl}+", " ").strip();
        text = text.replaceFirst(" \\(.*<.*>\\)", "")
                .replace("is not an int", "is not a whole number").replace("is not a long", "is not a whole number")
                .replace("is not a double", "is not a number").replaceFirst("option '(--[a-z-]+) ?[^:']*':",
                "option $1:");
        return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
    }
}
