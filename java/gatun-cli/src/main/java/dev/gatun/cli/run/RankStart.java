package dev.gatun.cli.run;

import dev.gatun.cli.option.Launched;
import dev.gatun.data.image.DataSplit;
import dev.gatun.dist.Agreement;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.launch.LaunchEnvironment;
import dev.gatun.dist.launch.ProcessRanks;
import dev.gatun.io.RunFolder;
import dev.gatun.memory.MemoryBudget;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * That this process is one rank of several, as what started it says.
 *
 * @param environment which rank, of how many, and where they meet
 * @param options     how they form a group
 */
public record RankStart(LaunchEnvironment environment, GroupOptions options) {
    /** What each rank may have of its own. */
    private static final Set<String> OWN = Set.of("threads", "memory");

    /** Returns whether this is rank 0, which writes what is written once. */
    public boolean isFirst() {
        return environment.rank() == 0;
    }

    /** Joins the group, and waits until all ranks have. */
    public ProcessGroup join(MemoryBudget budget, PrintStream err) {
        return ProcessRanks.join(environment, options, budget, note -> err.println("gatun: " + note));
    }

    /**
     * Checks that all ranks have the same configuration and the same images.
     *
     * @throws dev.gatun.dist.GroupException on all ranks, where one has another
     */
    public static void agree(ProcessGroup group, RunConfig config, DataSplit data) {
        RunManifest manifest = RunManifest.of(data);
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("training images", manifest.train().toString());
        texts.put("validation images", String.valueOf(manifest.validation()));
        texts.put("test images", manifest.test().toString());
        config.toJson().forEach((name, value) -> {
            if (!OWN.contains(name)) {
                texts.put("\"" + name + "\"", String.valueOf(value));
            }
        });
        Agreement.check(group, "configuration", texts);
    }

    /**
     * Tells all ranks where the run is.
     *
     * @param folder the folder on rank 0; null on the others
     * @return the folder on all
     */
    public static Path share(ProcessGroup group, Path folder) {
        byte[] mine = group.isFirst() ? folder.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        return Path.of(new String(group.gather("folder of the run", mine).getFirst(), StandardCharsets.UTF_8));
    }

    /** Tells a launcher where the run is, so that it can go on with it. */
    public static void point(RunFolder folder) {
        Launched.runPointer().ifPresent(file -> {
            try {
                Files.writeString(file, folder.path().toAbsolutePath().toString());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot tell " + file + " where the run is", e);
            }
        });
    }
}
