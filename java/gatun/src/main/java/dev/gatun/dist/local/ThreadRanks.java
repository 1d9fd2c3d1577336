package dev.gatun.dist.local;

import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Ranks as threads of this process, which share its memory. */
public final class ThreadRanks {
    private ThreadRanks() {}

    /** What a rank does with its group, which is closed afterwards. */
    @FunctionalInterface
    public interface Work {
        /** Runs on a thread of the rank's own. */
        void run(ProcessGroup group) throws Exception;
    }

    /**
     * Runs ranks on a thread each, and returns when all have ended. When the work of one fails, the others hear of it
     * in their next collective operation.
     *
     * @throws RuntimeException the failure of the rank that failed first, with those of the others suppressed
     */
    public static void run(int ranks, GroupOptions options, MemoryBudget budget, Work work) {
        if (ranks < 1) {
            throw new IllegalArgumentException("a group has at least one rank, not " + ranks);
        }
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (ProcessGroup group : groups(ranks, options, budget)) {
            threads.add(Thread.ofPlatform().name("gatun-rank-" + group.rank()).start(() -> {
                try (group) {
                    work.run(group);
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                    group.members().abort(String.valueOf(e.getMessage()));
                }
            }));
        }
        join(threads);
        if (!failures.isEmpty()) {
            throw failure(failures);
        }
    }

    private static void join(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) { // their memory is not to be left to threads that run on
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static RuntimeException failure(List<Throwable> failures) {
        @Nullable Throwable first = failures.getFirst();
        RuntimeException thrown = first instanceof RuntimeException e ? e
                : new IllegalStateException("a rank failed: " + first.getMessage(), first);
        failures.stream().skip(1).forEach(thrown::addSuppressed);
        return thrown;
    }

    /** Returns the groups of all ranks; each is closed by its thread. */
    private static List<ProcessGroup> groups(int ranks, GroupOptions options, MemoryBudget budget) {
        SharedLayout layout = SharedLayout.of(ranks);
        HostBuffer shared = budget.allocate(Role.STAGING, "memory of " + ranks + " ranks", layout.bytes());
        AtomicInteger holders = new AtomicInteger(ranks);
        ThreadMembership.Meeting meeting = new ThreadMembership.Meeting(ranks);
        List<ProcessGroup> groups = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            groups.add(new ProcessGroup(new ThreadMembership(rank, meeting),
                    new SharedMemoryTransport(rank, layout, shared.segment(), () -> {
                        if (holders.decrementAndGet() == 0) {
                            shared.close();
                        }
                    }), options, budget));
        }
        return groups;
    }
}
