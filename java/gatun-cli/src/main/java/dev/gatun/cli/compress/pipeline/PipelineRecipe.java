package dev.gatun.cli.compress.pipeline;

import dev.gatun.cli.option.Choices;
import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.io.file.StorageException;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a pipeline does.
 *
 * @param run    the folder of the run whose network it begins with
 * @param stages what becomes of it, in this order
 */
record PipelineRecipe(Path run, List<Stage> stages) {
    private static final String RUN = "run";
    private static final String STAGES = "stages";
    private static final int LARGEST = 1 << 20;

    PipelineRecipe {
        stages = List.copyOf(stages);
    }

    /**
     * Reads a recipe. Relative paths are those of the folder that it lies in.
     *
     * @param commands the commands that a stage may be
     * @throws CliException when it is none
     */
    static PipelineRecipe read(Path file, List<String> commands) {
        Map<String, Object> json;
        try {
            json = Json.readObject(file, LARGEST);
        } catch (StorageException | JsonException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
        try {
            return parse(json, file.toAbsolutePath().normalize(), commands);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, file + ": " + e.getMessage(), e);
        }
    }

    private static PipelineRecipe parse(Map<String, Object> json, Path file, List<String> commands) {
        TreeSet<String> unknown = new TreeSet<>(json.keySet());
        unknown.removeAll(List.of(RUN, STAGES));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("its field " + Choices.unknown(unknown.first(),
                    List.of(RUN, STAGES)));
        }
        if (!(json.get(RUN) instanceof String run)) {
            throw new IllegalArgumentException("\"" + RUN + "\" is no text: name the folder of a trained run");
        }
        if (!(json.get(STAGES) instanceof List<?> list) || list.isEmpty()) {
            throw new IllegalArgumentException("\"" + STAGES + "\" is no list of stages, such as"
                    + " [{\"prune\": {\"structured\": true, \"target-macs\": 0.5}}, {\"quantize\": {}}]");
        }
        List<Stage> stages = new ArrayList<>();
        for (Object each : list) {
            if (!(each instanceof Map<?, ?> one) || one.size() != 1
                    || !(one.values().iterator().next() instanceof Map<?, ?> options)) {
                throw new IllegalArgumentException("stage " + (stages.size() + 1)
                        + " is no object of one command and its options: {\"quantize\": {}}");
            }
            String command = String.valueOf(one.keySet().iterator().next());
            if (!commands.contains(command)) {
                throw new IllegalArgumentException("stage " + (stages.size() + 1) + ": "
                        + Choices.unknown(command, commands));
            }
            stages.add(new Stage(command, fields(options)));
        }
        return new PipelineRecipe(beside(file, run), stages);
    }

    private static Path beside(Path file, String path) {
        Path folder = file.getParent();
        return folder == null ? Path.of(path) : folder.resolve(path).normalize();
    }

    private static Map<String, Object> fields(Map<?, ?> map) {
        Map<String, Object> fields = new LinkedHashMap<>();
        map.forEach((key, value) -> fields.put(String.valueOf(key), value == null ? "null" : value));
        return fields;
    }

    /** As plain values, to tell it from another recipe. */
    Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(RUN, run.toString());
        json.put(STAGES, stages.stream().map(stage -> Map.of(stage.command(), stage.options())).toList());
        return json;
    }
}
