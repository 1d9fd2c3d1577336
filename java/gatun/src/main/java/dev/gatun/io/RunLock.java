package dev.gatun.io;

import dev.gatun.io.file.RegularFile;
import dev.gatun.io.file.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Locks the folder of a run for one process. The operating system releases the lock when the process ends, in whatever
 * way; the lock file stays.
 */
public final class RunLock implements AutoCloseable {
    static final String FILE = ".lock";

    private static final int LONGEST_HOLDER = 32;

    private final FileChannel channel;

    private RunLock(FileChannel channel) {
        this.channel = channel;
    }

    static RunLock take(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            FileChannel channel = RegularFile.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
            boolean held = false;
            try {
                if (lock(channel) == null) {
                    throw new RunFolderException("the run in " + folder + " is being trained by " + holder(channel)
                            + ": wait until it is done, or stop it");
                }
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid())
                        .getBytes(StandardCharsets.UTF_8)));
                held = true;
                return new RunLock(channel);
            } finally {
                if (!held) {
                    channel.close();
                }
            }
        } catch (IOException e) {
            StorageException failure = StorageException.writing(file, "", e);
            throw new RunFolderException(String.valueOf(failure.getMessage()), failure);
        }
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this process has it
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(LONGEST_HOLDER);
        channel.read(text, 0);
        String process = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        return process.matches("\\d{1,19}") ? "process " + process : "another process";
    }

    /** Releases the lock. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new RunFolderException("cannot let go of the run's folder: " + e.getMessage(), e);
        }
    }
}
