package dev.gatun.cli.option;

import dev.gatun.cli.terminal.Output;
import dev.gatun.io.file.AtomicFile;
import dev.gatun.io.json.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The destination of results, as {@code --json} or {@code --output} says.
 *
 * @param path           a file, {@code -} for standard output, or null for none
 * @param standardOutput stream that {@code -} means
 */
public record ResultFile(@Nullable Path path, PrintStream standardOutput) {
    private static final Path STANDARD_OUTPUT = Path.of("-");

    private boolean isStandardOutput() {
        return STANDARD_OUTPUT.equals(path);
    }

    /** Whether results go to a regular file, and a terminal is free for something else. */
    public boolean isFile() {
        return path != null && !isStandardOutput() && !isDevice(path);
    }

    /** Returns where human-readable text goes: to standard error if standard output must contain only the results. */
    public Output beside(Output output) {
        return isStandardOutput() ? new Output(output.err(), output.err(), 0) : output;
    }

    /** Checks before a long computation that the file can be written afterwards. */
    public void check() {
        if (path == null || isStandardOutput() || isDevice(path)) {
            return;
        }
        if (Files.isDirectory(path)) {
            throw new CliException(ExitCode.STORAGE, "cannot write " + path + ": it is a folder: name a file in it");
        }
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new CliException(ExitCode.STORAGE, "cannot write " + path + ": it has no folder: name a file");
        }
        try {
            Files.createDirectories(parent);
            // The only sure test: permissions say nothing about read-only disks, nor about what root may do.
            Files.delete(Files.createTempFile(parent, ".gatun-", ".partial"));
        } catch (IOException e) {
            throw new CliException(ExitCode.STORAGE,
                    "cannot write " + path + ": " + reason(e) + ": choose a path that this user may write", e);
        }
    }

    /** Such as {@code /dev/stdout}. */
    private static boolean isDevice(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "permission denied: " + denied.getFile();
            case FileAlreadyExistsException there -> "a file is in the way: " + there.getFile();
            case NoSuchFileException missing -> "no such folder: " + missing.getFile();
            case FileSystemException other when other.getReason() != null -> String.valueOf(other.getReason());
            default -> String.valueOf(e.getMessage());
        };
    }

    /**
     * Writes lines as they come, to standard output where no file is named.
     *
     * @param content writes lines, without their ends, with what it is given
     */
    public void write(Consumer<Consumer<String>> content) {
        if (path == null || isStandardOutput()) {
            content.accept(standardOutput::println);
            return;
        }
        AtomicFile.write(path, partial -> {
            try (DeletedWhenStopped _ = new DeletedWhenStopped(partial);
                    BufferedWriter writer = Files.newBufferedWriter(partial)) {
                content.accept(line -> {
                    try {
                        writer.write(line + "\n");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
            }
        });
    }

    /** A file that takes long to write, of which Ctrl-C should leave nothing: it ends the process where it stands. */
    private static final class DeletedWhenStopped implements AutoCloseable {
        private final Thread hook;

        DeletedWhenStopped(Path file) {
            hook = Thread.ofPlatform().unstarted(() -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException _) {
                    return; // it stays: nothing is left that could be told
                }
            });
            Runtime.getRuntime().addShutdownHook(hook);
        }

        @Override
        public void close() {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException _) {
                return; // the process ends already: the hook does its work
            }
        }
    }

    /** Writes the results as one JSON object. */
    public void write(Map<String, ?> result) {
        if (isStandardOutput()) {
            standardOutput.println(Json.pretty(result).strip());
        } else if (path != null) {
            AtomicFile.write(path, Json.pretty(result));
        }
    }
}
