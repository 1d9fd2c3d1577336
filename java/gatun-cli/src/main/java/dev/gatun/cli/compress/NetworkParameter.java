package dev.gatun.cli.compress;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The trained network that a command makes another of. */
final class NetworkParameter {
    @Parameters(paramLabel = "RUN_OR_CHECKPOINT",
            description = "A run's folder, which stands for its latest checkpoint, or the folder of a checkpoint.")
    Path path = Path.of("");
}
