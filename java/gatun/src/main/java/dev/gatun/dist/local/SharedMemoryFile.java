package dev.gatun.dist.local;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.Membership;
import dev.gatun.dist.Transport;
import dev.gatun.memory.Allocation;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * Memory that processes of one machine share: a file that all have mapped, and that has no name any more once they
 * have, so that nothing is left of it however they end. Its blocks are written before it is mapped: where memory is
 * short, that is an error and no SIGBUS later.
 *
 * <p>The memory counts against the budget of each process, though the machine has it once.
 */
public final class SharedMemoryFile {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "gatun-";
    private static final int KEY = 16;
    private static final int ZEROS = 1 << 20;
    private static final char OK = '+';
    private static final char FAILED = '-';

    private SharedMemoryFile() {}

    /** All ranks share memory, or none does, for the same reason. */
    public sealed interface Result permits Opened, Refused {}

    /** The memory is there. */
    public record Opened(Transport transport) implements Result {}

    /** A rank could not map it. */
    public record Refused(String reason) implements Result {}

    /**
     * Shares memory among all ranks of a group; all of them call this.
     *
     * @return the same kind of result on all ranks
     * @throws GroupException when a rank is lost meanwhile
     */
    public static Result open(Membership members, MemoryBudget budget) {
        return open(members, budget, Files.isDirectory(MEMORY) && Files.isWritable(MEMORY)
                ? MEMORY : Path.of(System.getProperty("java.io.tmpdir")));
    }

    static Result open(Membership members, MemoryBudget budget, Path folder) {
        SharedLayout layout = SharedLayout.of(members.size());
        byte[] key = new byte[KEY];
        new SecureRandom().nextBytes(key);
        Path file = folder.resolve(PREFIX + HexFormat.of().formatHex(key));
        try {
            String created = members.rank() == 0 ? create(file, key, layout.bytes()) : "";
            String named = text(members.gather("name of the shared memory", bytes(created)).getFirst());
            if (named.charAt(0) == FAILED) {
                return new Refused(named.substring(1));
            }
            return map(members, budget, layout, Path.of(named.substring(1)));
        } finally {
            delete(file);
        }
    }

    private static Result map(Membership members, MemoryBudget budget, SharedLayout layout, Path file) {
        Mapping mapping = new Mapping(file);
        Buffer buffer = null;
        String failure = "";
        try {
            buffer = budget.allocate(Role.STAGING, "memory of " + members.size() + " processes", layout.bytes(),
                    mapping);
        } catch (RuntimeException e) {
            failure = members.describe(members.rank()) + ": " + e.getMessage();
        }
        List<String> failures = new ArrayList<>();
        boolean complete = false;
        try {
            for (byte[] each : members.gather("failures to map the shared memory", bytes(failure))) {
                if (each.length > 0) {
                    failures.add(text(each));
                }
            }
            complete = failures.isEmpty();
        } finally {
            if (buffer != null && !complete) {
                buffer.close();
            }
        }
        if (buffer == null || !complete) {
            return new Refused(failures.getFirst());
        }
        return new Opened(new SharedMemoryTransport(members.rank(), layout, ((Shared) buffer).segment,
                buffer::close));
    }

    /** Creates the file, with all its blocks; returns its name, or why it could not. */
    private static String create(Path file, byte[] key, long bytes) {
        FileAttribute<?>[] attributes = Files.getFileAttributeView(file.toAbsolutePath().getParent(),
                PosixFileAttributeView.class) == null ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))};
        try (FileChannel channel = FileChannel.open(file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS);
            for (long done = 0; done < bytes; ) {
                zeros.clear().limit((int) Math.min(ZEROS, bytes - done));
                while (zeros.hasRemaining()) {
                    done += channel.write(zeros);
                }
            }
            ByteBuffer end = ByteBuffer.wrap(key);
            while (end.hasRemaining()) {
                channel.write(end);
            }
            return OK + file.toString();
        } catch (IOException e) {
            delete(file);
            return FAILED + "no " + bytes + " bytes of memory to share in " + file.getParent() + ": "
                    + (e instanceof FileSystemException f && f.getReason() != null ? f.getReason()
                    : e.getMessage());
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException _) {
            // somebody cleans temporary files; nothing depends on it
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Maps the file as memory that the budget counts. */
    private record Mapping(Path file) implements MemoryBudget.Allocator<Mapping.Memory> {
        private record Memory(Arena arena, MemorySegment segment) {}

        @Override
        public Memory take(long bytes) {
            Arena arena = Arena.ofShared();
            boolean complete = false;
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                if (channel.size() != bytes + KEY) {
                    throw new IOException("it is another file");
                }
                ByteBuffer end = ByteBuffer.allocate(KEY);
                channel.read(end, bytes);
                if (!file.getFileName().toString().equals(PREFIX + HexFormat.of().formatHex(end.array()))) {
                    throw new IOException("it is another file");
                }
                Memory memory = new Memory(arena, channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena));
                complete = true;
                return memory;
            } catch (IOException e) {
                throw new GroupException("cannot map " + file + " of another process: " + e.getMessage()
                        + ": do they run in different containers?", e);
            } finally {
                if (!complete) {
                    arena.close();
                }
            }
        }

        @Override
        public Buffer wrap(Allocation allocation, Memory memory) {
            return new Shared(allocation, memory.segment());
        }

        @Override
        public void free(Memory memory) {
            memory.arena().close();
        }
    }

    /** The whole of it; no device is given parts. */
    private static final class Shared extends Buffer {
        private final MemorySegment segment;

        Shared(Allocation allocation, MemorySegment segment) {
            super(allocation);
            this.segment = segment;
        }

        private Shared(Shared whole, long offset, long bytes) {
            super(whole, offset, bytes);
            segment = whole.segment.asSlice(offset, bytes);
        }

        @Override
        public Buffer slice(long from, long length) {
            return new Shared(this, from, length);
        }
    }
}
