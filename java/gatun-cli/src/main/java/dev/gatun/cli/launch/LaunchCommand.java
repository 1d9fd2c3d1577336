package dev.gatun.cli.launch;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.CommonOptions;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.cli.option.Launched;
import dev.gatun.cli.run.StopSignals;
import dev.gatun.cli.terminal.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code gatun launch}. */
@Command(name = LaunchCommand.NAME, sortOptions = false,
        description = "Trains in several processes of this machine, which share every batch.",
        optionListHeading = "%nOptions:%n",
        footer = {"", "On several machines, mpirun, srun and torchrun start \"gatun train\" instead.",
            "", "Examples:", "  gatun launch --ranks 4 train --data ~/mnist",
            "  gatun launch --ranks 4 --restarts 3 train --model resnet18 --epochs 20",
            "  gatun launch --ranks 4 --restarts 3 --min-ranks 2 train"})
public final class LaunchCommand implements Callable<Integer> {
    /** Its name. */
    public static final String NAME = "launch";

    private static final int MOST_RANKS = 1024;

    /** How long the others may take to notice that a rank is lost, and to save what they have. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Output output;
    private final LaunchedCommand launched;
    private final Program program;

    @Option(names = "--ranks", paramLabel = "N", required = true, description = "Processes to start.")
    int ranks;

    @Option(names = "--restarts", paramLabel = "N",
            description = "Start all again, from the last checkpoint, when one has died or hangs; so many times at"
                    + " most (default: 0).")
    @Nullable Integer restarts;

    @Option(names = "--min-ranks", paramLabel = "N",
            description = "Start again without those that died or hung, but with no fewer than this"
                    + " (default: as many as before).")
    @Nullable Integer minRanks;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "What each runs: train, with its options.")
    List<String> command = List.of();

    @Mixin
    final CommonOptions common = new CommonOptions();

    /** What runs a command line as a process. */
    @FunctionalInterface
    interface Program {
        /** Returns the command line of the process of a rank. */
        List<String> of(int rank, List<String> arguments);
    }

    /** Creates the command. */
    public LaunchCommand(Output output, LaunchedCommand launched) {
        this(output, launched, OwnCommand::of);
    }

    LaunchCommand(Output output, LaunchedCommand launched, Program program) {
        this.output = output;
        this.launched = launched;
        this.program = program;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (ranks < 1 || ranks > MOST_RANKS) {
            throw CliException.usage("--ranks must lie between 1 and " + MOST_RANKS + ", got " + ranks);
        }
        int again = Flags.atLeast("--restarts", 0, restarts, 0);
        int fewest = Flags.atLeast("--min-ranks", 1, minRanks, ranks);
        if (fewest > ranks) {
            throw CliException.usage("--min-ranks " + fewest + " is more than --ranks " + ranks);
        }
        launched.check(command);
        Path pointer = temporaryFile();
        try (StopSignals signals = StopSignals.listen(output.err())) {
            return run(signals, pointer, again, fewest);
        } finally {
            delete(pointer);
        }
    }

    private int run(StopSignals signals, Path pointer, int again, int fewest) throws InterruptedException {
        List<String> arguments = command;
        int size = ranks;
        for (int start = 0; ; start++) {
            List<String> now = arguments;
            Gang gang = Gang.start(size, rank -> program.of(rank, now), variables(size, pointer), GRACE, output);
            GangEnd end;
            try {
                signals.onStop(gang::stop);
                end = gang.await();
            } finally {
                gang.kill();
            }
            if (end.isGood() || end.isStop()) {
                return end.code();
            }
            if (start == again || !end.isMendable()) {
                output.err().println("gatun: " + end.culprit().end() + "; the other ranks have ended too");
                return end.code();
            }
            size = Math.max(fewest, size - end.lost());
            Optional<Path> run = read(pointer);
            arguments = run.map(path -> launched.resumed(command, path)).orElse(command);
            output.err().println("gatun: " + end.culprit().end() + ": starting " + size + " ranks again ("
                    + (start + 1) + " of " + again + "), "
                    + run.map(path -> "from the last checkpoint of " + path).orElse("from the beginning"));
        }
    }

    private static Map<String, String> variables(int size, Path pointer) {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / size);
        Map<String, String> variables = new HashMap<>();
        variables.put(Launched.THREADS, String.valueOf(threads));
        variables.put(Launched.RUN_POINTER, pointer.toString());
        if (System.getenv("OMP_NUM_THREADS") == null) {
            variables.put("OMP_NUM_THREADS", String.valueOf(threads));
        }
        return variables;
    }

    private static Optional<Path> read(Path pointer) {
        try {
            return Optional.of(Files.readString(pointer).strip()).filter(text -> !text.isEmpty()).map(Path::of);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Path temporaryFile() {
        try {
            return Files.createTempFile("gatun-run", ".txt");
        } catch (IOException e) {
            throw new CliException(ExitCode.STORAGE, "cannot write a temporary file: " + e.getMessage()
                    + ": free some space, or name another folder with -Djava.io.tmpdir", e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // a file of some bytes in a folder for such files
        }
    }
}
