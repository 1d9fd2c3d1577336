package dev.gatun.mpi;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.Membership;
import dev.gatun.dist.RankLostException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Processes that meet in a folder: enough for tests of a transport. */
final class FolderMembership implements Membership {
    private static final long MOST_NANOS = 20_000_000_000L;
    private static final long CHECK_NANOS = 20_000_000;

    private final Path folder;
    private final int rank;
    private final int size;
    private final Path lost;
    private int rounds;
    private long checked;

    FolderMembership(Path folder, int rank, int size) {
        this.folder = folder;
        this.rank = rank;
        this.size = size;
        checked = System.nanoTime() - CHECK_NANOS;
        lost = folder.resolve("lost");
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<byte[]> gather(String topic, byte[] mine) {
        int round = rounds++;
        write(folder.resolve(topic + round + "-" + rank), mine);
        List<byte[]> all = new ArrayList<>();
        long end = System.nanoTime() + MOST_NANOS;
        for (int other = 0; other < size; other++) {
            Path file = folder.resolve(topic + round + "-" + other);
            while (!Files.exists(file)) {
                check();
                if (System.nanoTime() - end > 0) {
                    throw new GroupException("rank " + other + " did not come to " + topic);
                }
                LockSupport.parkNanos(1_000_000);
            }
            try {
                all.add(Files.readAllBytes(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return all;
    }

    private void write(Path file, byte[] content) {
        try {
            Path partial = Files.write(folder.resolve(file.getFileName() + ".partial" + rank), content);
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void check() {
        long now = System.nanoTime();
        if (now - checked < CHECK_NANOS) {
            return; // what is asked of the file system allocates
        }
        checked = now;
        if (Files.exists(lost)) {
            try {
                throw new RankLostException(-1, Files.readString(lost));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void abort(String reason) {
        write(lost, (describe(rank) + " gave up: " + reason).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String describe(int other) {
        return "rank " + other;
    }

    @Override
    public void close() {}
}
