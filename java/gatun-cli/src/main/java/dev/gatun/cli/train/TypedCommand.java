package dev.gatun.cli.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** A command as it can be typed again, for another folder. */
public final class TypedCommand {
    private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./~-]+");

    /** What names the folder of the run, or where results go: another run has its own. */
    private static final Set<String> LEFT_OUT = Set.of("--output", "--out", "--json", "--stop-after-steps");

    private TypedCommand() {}

    /** Returns the command of these options as it was typed. */
    public static String of(@Nullable CommandSpec spec) {
        CommandSpec known = Objects.requireNonNull(spec, "picocli sets it");
        return of(known.name(), known.commandLine().getParseResult().originalArgs());
    }

    /** @param command one of the arguments; what stands before it is left out */
    private static String of(String command, List<String> arguments) {
        List<String> words = new ArrayList<>(List.of("java/bin/gatun", command));
        for (int i = arguments.indexOf(command) + 1; i < arguments.size(); i++) {
            String word = arguments.get(i);
            String name = word.split("=", 2)[0];
            if (!LEFT_OUT.contains(name)) {
                words.add(quoted(word));
            } else if (name.equals(word)) {
                i++; // its value
            }
        }
        return String.join(" ", words);
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
