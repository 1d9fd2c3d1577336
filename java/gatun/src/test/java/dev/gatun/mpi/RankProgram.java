package dev.gatun.mpi;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.gatun.dist.GroupException;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.Parts;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/**
 * One rank of a test, a process of its own. Arguments: what to do, a folder that all ranks share, the options of the
 * transport as {@code order:bytes of a message}. It says what it found on lines of its own, and ends with 0 when all
 * was as it should be.
 */
final class RankProgram {
    private static final MemoryBudget BUDGET = MemoryBudget.unlimited();
    private static final int FAILED = 3;

    private RankProgram() {}

    /** Where the launchers of the families say which rank a process is. */
    private static int environment(String... names) {
        for (String name : names) {
            String value = System.getenv(name);
            if (value != null) {
                return Integer.parseInt(value);
            }
        }
        throw new IllegalStateException("no rank in the environment");
    }

    public static void main(String[] arguments) throws Exception {
        int rank = environment("TEST_RANK", "MPI_DOUBLE_RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK");
        int size = environment("TEST_SIZE", "MPI_DOUBLE_SIZE", "OMPI_COMM_WORLD_SIZE", "PMI_SIZE");
        FolderMembership members = new FolderMembership(Path.of(arguments[1]), rank, size);
        String[] how = arguments[2].split(":", -1);
        MpiOptions options = MpiOptions.DEFAULTS.withOrder(SumOrder.valueOf(how[0]))
                .withPieceBytes(Long.parseLong(how[1]));
        try {
            switch (arguments[0]) {
                case "operations" -> run(members, options, 15_000, RankProgram::operations);
                case "failure" -> run(members, options, 15_000, RankProgram::operations);
                case "silent" -> run(members, options, 500, RankProgram::silent);
                case "dead" -> run(members, options, 500, RankProgram::dead);
                case "quiet" -> run(members, options, 15_000, RankProgram::allocatesNothing);
                case "begin" -> MpiRuntime.begin(Duration.ofMillis(300));
                case "address" -> say(new MpiBootstrap().masterAddress(Duration.ofSeconds(30)).toString());
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } catch (GroupException e) {
            say(String.valueOf(e.getMessage()));
            members.abort(String.valueOf(e.getMessage())); // or the others would wait for their time-out
            System.exit(FAILED);
        }
        say("done");
    }

    private interface Work {
        void run(ProcessGroup group) throws Exception;
    }

    private static void run(FolderMembership members, MpiOptions options, long timeout, Work work) throws Exception {
        // Twice, as training and an evaluation after it would: MPI itself begins once.
        for (int time = 0; time < 2; time++) {
            MpiRuntime runtime = MpiRuntime.begin(Duration.ofSeconds(60));
            try (ProcessGroup group = new ProcessGroup(members, new MpiTransport(runtime, members, options, BUDGET),
                    GroupOptions.DEFAULTS.withTimeout(Duration.ofMillis(timeout)), BUDGET)) {
                work.run(group);
            }
            assertThat(MemoryBudget.outstanding()).isEmpty();
        }
    }

    /** A line of its own: ranks share an output. */
    private static void say(String text) {
        System.out.print("\nrank says: " + text + "\n");
        System.out.flush();
    }

    private static void operations(ProcessGroup group) {
        int size = group.size();
        boolean exact = !System.getProperty("order", "").equals("any");
        for (int floats : new int[] {1, 1000, 30_001}) {
            sums(group, floats, exact);
        }
        moves(group, 70_001);
        parts(group);
        serves(group, 90_001);
        for (int i = 0; i < 20; i++) {
            group.barrier();
        }
        double[] numbers = {group.rank(), 1, 0.1};
        group.sum(numbers);
        assertThat(numbers[0]).isEqualTo(size * (size - 1) / 2.0);
        assertThat(numbers[1]).isEqualTo(size);
        assertThat(group.transport().sentBytes()).isPositive();
    }

    /** Rank 0 takes what the others send as it comes, and answers each. */
    private static void serves(ProcessGroup group, int bytes) {
        try (HostBuffer memory = BUDGET.allocate(Role.STAGING, "test", bytes)) {
            MemorySegment segment = memory.segment();
            int times = 5;
            int[] heard = new int[group.size()]; // who was heard of as often is on its way to the next barrier
            for (int time = 0; time < times; time++) {
                if (group.rank() > 0) {
                    segment.fill((byte) group.rank());
                    group.send(segment, 0);
                    group.receive(segment, 0);
                    assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) -group.rank());
                    continue;
                }
                for (int served = 1; served < group.size(); served++) {
                    int from = group.awaitSender(served, sender -> heard[sender] < times);
                    group.receive(segment, from);
                    heard[from]++;
                    assertThat(segment.toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) from);
                    segment.fill((byte) -from);
                    group.send(segment, from);
                }
            }
        }
    }

    private static float[] floats(int rank, int count) {
        Random random = new Random(7 + rank);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private static void sums(ProcessGroup group, int count, boolean exact) {
        float[] sum = floats(0, count);
        for (int rank = 1; rank < group.size(); rank++) {
            float[] next = floats(rank, count);
            for (int i = 0; i < count; i++) {
                sum[i] += next[i];
            }
        }
        try (HostBuffer memory = BUDGET.allocate(Role.GRADIENTS, "test", count * 4L + 8)) {
            MemorySegment segment = memory.segment();
            for (int time = 0; time < 3; time++) {
                MemorySegment.copy(floats(group.rank(), count), 0, segment, ValueLayout.JAVA_FLOAT, 4, count);
                group.allReduce(segment, 4, count * 4L, Reduction.SUM);
                float[] got = segment.asSlice(4, count * 4L).toArray(ValueLayout.JAVA_FLOAT);
                if (exact) {
                    assertThat(got).isEqualTo(sum);
                } else {
                    for (int i = 0; i < count; i++) {
                        assertThat(Math.abs(got[i] - sum[i])).isLessThan(2e-6f);
                    }
                }
            }
            assertThat(segment.get(ValueLayout.JAVA_INT, 0)).isZero();
            assertThat(segment.get(ValueLayout.JAVA_INT, 4 + count * 4L)).isZero();
        }
    }

    private static void moves(ProcessGroup group, int bytes) {
        int size = group.size();
        try (HostBuffer mine = BUDGET.allocate(Role.STAGING, "test", bytes);
                HostBuffer all = BUDGET.allocate(Role.STAGING, "test", (long) bytes * size)) {
            mine.segment().fill((byte) (group.rank() + 1));
            group.allGather(mine.segment(), all.segment());
            for (int rank = 0; rank < size; rank++) {
                byte[] part = all.segment().asSlice((long) rank * bytes, bytes).toArray(ValueLayout.JAVA_BYTE);
                assertThat(part[0]).isEqualTo((byte) (rank + 1));
                assertThat(part[bytes / 2]).isEqualTo((byte) (rank + 1));
                assertThat(part[bytes - 1]).isEqualTo((byte) (rank + 1));
            }
            group.broadcast(mine.segment(), size - 1);
            assertThat(mine.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) size);
        }
    }

    /** Every pair has parts of another length, some of them none: {@code 300 from + 7 to}, 0 where that is even. */
    private static void parts(ProcessGroup group) {
        int size = group.size();
        int room = 4096;
        Parts sent = new Parts(size);
        Parts received = new Parts(size);
        try (HostBuffer out = BUDGET.allocate(Role.STAGING, "test", (long) room * size);
                HostBuffer in = BUDGET.allocate(Role.STAGING, "test", (long) room * size)) {
            sent.in(out.segment());
            received.in(in.segment());
            for (int peer = 0; peer < size; peer++) {
                int length = length(group.rank(), peer);
                for (int i = 0; i < length; i++) {
                    out.segment().set(ValueLayout.JAVA_BYTE, (long) peer * room + i, content(group.rank(), peer, i));
                }
                sent.set(peer, (long) peer * room, length);
                received.set(peer, (long) peer * room, length(peer, group.rank()));
            }
            group.exchange(sent, received);
            for (int peer = 0; peer < size; peer++) {
                int length = length(peer, group.rank());
                for (int i = 0; i < room; i++) {
                    assertThat(in.segment().get(ValueLayout.JAVA_BYTE, (long) peer * room + i))
                            .isEqualTo(i < length ? content(peer, group.rank(), i) : 0);
                }
            }
        }
    }

    private static int length(int from, int to) {
        int length = 300 * from + 7 * to;
        return length % 2 == 0 ? 0 : length;
    }

    private static byte content(int from, int to, int at) {
        return (byte) (from * 31 + to * 17 + at);
    }

    /** The last rank is there but says nothing. */
    private static void silent(ProcessGroup group) throws InterruptedException {
        group.barrier();
        if (group.rank() == group.size() - 1) {
            say("silent");
            Thread.sleep(3_000);
        } else {
            try {
                group.barrier();
            } finally {
                try {
                    group.barrier();
                } catch (GroupException e) {
                    say("then: " + e.getMessage());
                }
            }
        }
    }

    /** The last rank dies between two operations, as a machine does. */
    private static void dead(ProcessGroup group) {
        group.barrier();
        if (group.rank() == group.size() - 1) {
            Runtime.getRuntime().halt(9);
        }
        group.barrier();
    }

    private static void allocatesNothing(ProcessGroup group) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        try (HostBuffer memory = BUDGET.allocate(Role.GRADIENTS, "test", 40_000)) {
            long least = Long.MAX_VALUE;
            for (int round = 0; round < 6; round++) {
                long before = threads.getThreadAllocatedBytes(id);
                for (int i = 0; i < 30; i++) {
                    group.allReduce(memory.segment(), 0, 40_000, Reduction.SUM);
                }
                least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
            }
            assertThat(least).as("bytes allocated in 30 sums").isLessThan(1_000);
        }
    }
}
