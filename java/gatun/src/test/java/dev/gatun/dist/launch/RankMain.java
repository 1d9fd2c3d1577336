package dev.gatun.dist.launch;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.dist.TransportChoice;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** A process that is one rank: it looks whether sums are right, then sums on until something happens. */
final class RankMain {
    private static final int FLOATS = 300_000;

    private RankMain() {}

    /** The arguments are a choice of transport, the heartbeat timeout in ms, and the number of sums, 0 for no end. */
    public static void main(String[] args) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                while (System.in.read() >= 0) { }
            } catch (IOException _) {
                // the test has ended
            }
            Runtime.getRuntime().halt(99);
        });
        GroupOptions options = GroupOptions.DEFAULTS.withTransport(
                TransportChoice.valueOf(args[0].toUpperCase(Locale.ROOT)))
                .withHeartbeatTimeout(Duration.ofMillis(Long.parseLong(args[1])));
        MemoryBudget budget = MemoryBudget.unlimited();
        try (ProcessGroup group = ProcessRanks.join(LaunchEnvironment.ofThisProcess().orElseThrow(), options, budget,
                System.out::println);
                HostBuffer values = budget.allocate(Role.GRADIENTS, "values", FLOATS * 4L)) {
            check(group, values);
            System.out.println("correct " + group.transport().name());
            long sums = Long.parseLong(args[2]);
            for (long i = 0; sums == 0 || i < sums; i++) {
                group.allReduce(values.segment(), 0, values.bytes(), Reduction.MEAN);
            }
            System.out.println("done");
        } catch (GroupException e) {
            System.out.println("failed " + e.getMessage());
            System.exit(9);
        }
    }

    private static void check(ProcessGroup group, HostBuffer values) {
        int ranks = group.size();
        for (int i = 0; i < FLOATS; i++) {
            values.segment().setAtIndex(ValueLayout.JAVA_FLOAT, i, (i % 1000) * (group.rank() + 1f));
        }
        group.allReduce(values.segment(), 0, values.bytes(), Reduction.SUM);
        for (int i = 0; i < FLOATS; i++) {
            float expected = (i % 1000) * (ranks * (ranks + 1) / 2f);
            if (values.segment().getAtIndex(ValueLayout.JAVA_FLOAT, i) != expected) {
                throw new IllegalStateException("element " + i + " is wrong");
            }
        }
        values.segment().fill((byte) group.rank());
        group.broadcast(values.segment(), ranks - 1);
        if (values.segment().get(ValueLayout.JAVA_BYTE, 77) != ranks - 1) {
            throw new IllegalStateException("the broadcast is wrong");
        }
        byte[] mine = ("rank " + group.rank()).getBytes(StandardCharsets.UTF_8);
        if (!new String(group.gather("names", mine).getLast(), StandardCharsets.UTF_8).equals("rank " + (ranks - 1))) {
            throw new IllegalStateException("the collection is wrong");
        }
        values.segment().fill((byte) 0);
    }
}
