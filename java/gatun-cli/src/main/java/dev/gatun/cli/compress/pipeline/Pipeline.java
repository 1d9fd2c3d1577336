package dev.gatun.cli.compress.pipeline;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.terminal.Output;
import dev.gatun.io.RunFolder;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Runs the stages of a recipe, each in a folder of its own, and goes on where an earlier call was stopped. What is done
 * stands in {@code pipeline.json}.
 */
final class Pipeline {
    private static final String FILE = "pipeline.json";
    private static final int LARGEST = 1 << 20;

    private final PipelineRecipe recipe;
    private final Path folder;
    private final List<String> common;
    private final ToIntFunction<List<String>> command;
    private final Output output;
    private final boolean quiet;

    /**
     * @param common  arguments of each command besides its own
     * @param command runs a command of this program and returns its exit code
     */
    Pipeline(PipelineRecipe recipe, Path folder, List<String> common, ToIntFunction<List<String>> command,
            Output output, boolean quiet) {
        this.recipe = recipe;
        this.folder = folder;
        this.common = common;
        this.command = command;
        this.output = output;
        this.quiet = quiet;
    }

    /** The folder of a stage's run, by its number from 0. */
    Path stageFolder(int stage) {
        return folder.resolve((stage + 1) + "-" + recipe.stages().get(stage).command());
    }

    /**
     * Runs what is not done yet.
     *
     * @return {@link ExitCode#OK}, or how the stage ended that did not end well
     */
    int run() {
        int done = begin();
        for (int i = 0; i < recipe.stages().size(); i++) {
            Stage stage = recipe.stages().get(i);
            if (i < done) {
                fact(i, "done before");
                continue;
            }
            fact(i, String.join(" ", stage.arguments()));
            int code = stage(i);
            if (code != ExitCode.OK.number()) {
                output.err().println("gatun: stage " + (i + 1) + " of " + recipe.stages().size() + ", "
                        + stage.command() + ", did not end; the same command goes on from there");
                return code;
            }
            write(i + 1);
        }
        return ExitCode.OK.number();
    }

    private void fact(int stage, String what) {
        if (!quiet) {
            output.fact("stage", (stage + 1) + " of " + recipe.stages().size() + ", "
                    + recipe.stages().get(stage).command() + ": " + what);
        }
    }

    private int stage(int i) {
        Stage stage = recipe.stages().get(i);
        Path own = stageFolder(i);
        List<String> arguments = new ArrayList<>();
        if (isBegun(own)) {
            arguments.addAll(List.of("train", "--resume", own.toString()));
        } else {
            setAside(own);
            Path before = i == 0 ? recipe.run() : stageFolder(i - 1);
            arguments.addAll(List.of(stage.command(), before.toString(), "--output", own.toString()));
            arguments.addAll(stage.arguments());
            if (stage.command().equals("distill") && !stage.options().containsKey("teacher")) {
                arguments.addAll(List.of("--teacher", recipe.run().toString()));
            }
            arguments.addAll(common);
        }
        if (quiet) {
            arguments.add("--quiet");
        }
        return command.applyAsInt(arguments);
    }

    /** Whether a stage that did not end has a checkpoint from which it goes on. */
    private static boolean isBegun(Path run) {
        return Files.exists(run.resolve("config.json")) && RunFolder.open(run).checkpoints().latest().isPresent();
    }

    /** A stage that was stopped before its first checkpoint begins anew; what it had written is kept. */
    private void setAside(Path run) {
        if (!Files.exists(run)) {
            return;
        }
        try {
            for (int i = 1;; i++) {
                Path aside = run.resolveSibling(run.getFileName() + ".stopped-" + i);
                if (!Files.exists(aside)) {
                    Files.move(run, aside);
                    return;
                }
            }
        } catch (IOException e) {
            throw new CliException(ExitCode.STORAGE, "cannot move " + run + " out of the way of its stage: "
                    + e.getMessage() + ": move it, or choose another folder", e);
        }
    }

    /** The number of stages that are done already. */
    private int begin() {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            if (RunFolder.holdsTraining(folder) || Files.exists(folder.resolve("config.json"))) {
                throw CliException.usage("--output " + folder + ": it holds a run; name another folder");
            }
            write(0);
            return 0;
        }
        Map<String, Object> json = Json.readObject(file, LARGEST);
        if (!recipe.toJson().equals(json.get("recipe"))) {
            throw CliException.usage("--output " + folder + ": it holds the stages of another recipe; name another"
                    + " folder, or give that recipe");
        }
        if (!(json.get("done") instanceof Long done) || done < 0 || done > recipe.stages().size()) {
            throw new CliException(ExitCode.USAGE, file + ": \"done\" is no number of stages: repair it or name"
                    + " another folder");
        }
        return done.intValue();
    }

    private void write(int done) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("recipe", recipe.toJson());
        json.put("done", (long) done);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new CliException(ExitCode.STORAGE, "cannot create " + folder + ": " + e.getMessage()
                    + ": choose a folder that this user may write", e);
        }
        AtomicFile.writeOver(folder.resolve(FILE), Json.pretty(json));
    }
}
