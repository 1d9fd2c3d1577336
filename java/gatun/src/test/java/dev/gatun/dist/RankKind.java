package dev.gatun.dist;

import dev.gatun.dist.launch.LaunchEnvironment;
import dev.gatun.dist.launch.ProcessRanks;
import dev.gatun.dist.local.ThreadRanks;
import dev.gatun.dist.socket.FreePort;
import dev.gatun.memory.MemoryBudget;
import java.util.ArrayList;
import java.util.List;

/** Ranks of each transport, on threads of the test. */
enum RankKind {
    /** What threads share anyway. */
    THREADS {
        @Override
        void run(int ranks, GroupOptions options, MemoryBudget budget, ThreadRanks.Work work) {
            ThreadRanks.run(ranks, options, budget, work);
        }
    },
    /** A file that each rank has mapped, as processes do. */
    SHARED_FILE {
        @Override
        void run(int ranks, GroupOptions options, MemoryBudget budget, ThreadRanks.Work work) {
            join(ranks, options.withTransport(TransportChoice.SHARED_MEMORY), budget, work);
        }
    },
    /** Connections over the loopback. */
    TCP {
        @Override
        void run(int ranks, GroupOptions options, MemoryBudget budget, ThreadRanks.Work work) {
            join(ranks, options.withTransport(TransportChoice.TCP), budget, work);
        }
    };

    /** Runs ranks, and throws the failure of the one that failed first. */
    abstract void run(int ranks, GroupOptions options, MemoryBudget budget, ThreadRanks.Work work);

    private static void join(int ranks, GroupOptions options, MemoryBudget budget, ThreadRanks.Work work) {
        int port = FreePort.find();
        List<Throwable> failures = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < ranks; i++) {
            LaunchEnvironment rank = new LaunchEnvironment(i, ranks, i, ranks, "127.0.0.1", port, "a test");
            threads.add(Thread.ofPlatform().start(() -> {
                try (ProcessGroup group = ProcessRanks.join(rank, options, budget)) {
                    try {
                        work.run(group);
                    } catch (Throwable e) {
                        synchronized (failures) {
                            failures.add(e);
                        }
                        group.members().abort(String.valueOf(e.getMessage()));
                    }
                } catch (Throwable e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
        if (!failures.isEmpty()) {
            Throwable first = failures.getFirst();
            if (first instanceof RuntimeException e) {
                throw e;
            }
            throw new AssertionError(first);
        }
    }
}
