package dev.gatun.cli.train;

import dev.gatun.cli.run.RunConfig;
import dev.gatun.cli.run.RunData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The options of a run as a file that repeats it, {@code gatun train @recipe.args}: those that were given, and those
 * that the machine or the version of the program would otherwise decide.
 */
final class RecipeFile {
    /** What says nothing of the model. */
    private static final Set<String> LEFT_OUT = Set.of("--output", "--json", "--explain", "--profile", "--quiet",
            "--trace", "--stop-after-steps", "--checkpoint-async", "--find-lr", "--seeds");

    private static final Set<String> PATHS = Set.of("--data", "--weights");

    private RecipeFile() {}

    /**
     * Returns the lines of the file.
     *
     * @param given options of the command line
     */
    static List<String> lines(List<OptionSpec> given, RunConfig config) {
        Map<String, List<String>> options = new LinkedHashMap<>();
        options.put("--model", List.of(config.model()));
        options.put("--seed", List.of(Long.toString(config.training().seed())));
        options.put("--epochs", List.of(Integer.toString(config.training().epochs())));
        options.put("--batch-size", List.of(Integer.toString(config.training().batchSize())));
        options.put("--optimizer", List.of(config.training().optimizer().optimizerName()));
        options.put("--lr", List.of(Double.toString(config.training().optimizer().learningRate())));
        options.put("--schedule", List.of(config.training().schedules().learningRate().text()));
        options.put("--device", List.of(config.device()));
        options.put("--threads", List.of(Integer.toString(config.threads())));
        for (OptionSpec option : given) {
            String name = option.longestName();
            if (!LEFT_OUT.contains(name)) {
                options.put(name, option.arity().max() == 0 ? List.of() : option.originalStringValues().stream()
                        .map(value -> PATHS.contains(name) ? RunData.name(Path.of(value)) : value).toList());
            }
        }
        options.put("--seed", List.of(Long.toString(config.training().seed()))); // one of several
        options.put("--batch-size", List.of(Integer.toString(config.training().batchSize())));
        List<String> lines = new ArrayList<>(List.of("# java/bin/gatun train @recipe.args repeats this run"));
        options.forEach((name, values) -> {
            if (values.isEmpty()) {
                lines.add(name);
            }
            values.forEach(value -> lines.add(name + " " + quoted(value)));
        });
        return lines;
    }

    /** As the file is read: within quotes a backslash begins an escape. */
    private static String quoted(String value) {
        return value.codePoints().mapToObj(c -> c == '"' || c == '\\' ? "\\" + Character.toString(c)
                : Character.toString(c)).collect(Collectors.joining("", "\"", "\""));
    }
}
