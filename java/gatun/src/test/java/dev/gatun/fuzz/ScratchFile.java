package dev.gatun.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for readers that read files: in memory where the machine has a file system there. */
final class ScratchFile {
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Path folder;

    ScratchFile() {
        try {
            folder = Files.isWritable(MEMORY) ? Files.createTempDirectory(MEMORY, "gatun-fuzz")
                    : Files.createTempDirectory("gatun-fuzz");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::delete));
    }

    Path folder() {
        return folder;
    }

    /** A file that holds an input. */
    Path holding(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    /** Deletes all; what is left of a folder in memory costs memory. */
    void delete() {
        try {
            dev.gatun.io.file.Disk.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
