package dev.gatun.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.dist.local.ThreadRanks;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The collective operations, of all transports that need no library. */
@ExtendWith(NoLeaks.class)
class ProcessGroupTest {
    private static final MemoryBudget BUDGET = MemoryBudget.unlimited();

    private static void run(RankKind kind, int ranks, ThreadRanks.Work work) {
        kind.run(ranks, GroupOptions.DEFAULTS.withTimeout(Duration.ofSeconds(60)), BUDGET, work);
    }

    private static Stream<Arguments> sums() {
        return Stream.of(RankKind.values()).flatMap(kind -> Stream.of(new int[][] {{1, 1000}, {2, 1}, {2, 1000},
            {2, 300_000}, {3, 100_003}, {4, 7}, {5, 250_001}, {8, 33_333}})
                .map(each -> Arguments.of(kind, each[0], each[1])));
    }

    private static Stream<Arguments> ranks() {
        return Stream.of(RankKind.values()).flatMap(kind -> Stream.of(1, 2, 3, 8)
                .map(ranks -> Arguments.of(kind, ranks)));
    }

    @ParameterizedTest
    @MethodSource("sums")
    void sumsInTheOrderOfTheRanks(RankKind kind, int ranks, int floats) {
        float[][] values = new float[ranks][floats];
        Random random = new Random(7);
        for (float[] each : values) {
            for (int i = 0; i < floats; i++) {
                each[i] = (float) random.nextGaussian();
            }
        }
        float[] sum = values[0].clone();
        for (int rank = 1; rank < ranks; rank++) {
            for (int i = 0; i < floats; i++) {
                sum[i] += values[rank][i];
            }
        }
        run(kind, ranks, group -> {
            try (HostBuffer memory = BUDGET.allocate(Role.GRADIENTS, "test", floats * 4L + 8)) {
                for (int time = 0; time < 3; time++) {
                    MemorySegment.copy(values[group.rank()], 0, memory.segment(), ValueLayout.JAVA_FLOAT, 4, floats);
                    group.allReduce(memory.segment(), 4, floats * 4L, Reduction.SUM);
                    assertThat(memory.segment().asSlice(4, floats * 4L).toArray(ValueLayout.JAVA_FLOAT))
                            .isEqualTo(sum);
                }
                assertThat(memory.segment().get(ValueLayout.JAVA_INT, 0)).isZero();
                assertThat(memory.segment().get(ValueLayout.JAVA_INT, 4 + floats * 4L)).isZero();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("ranks")
    void movesMemory(RankKind kind, int ranks) {
        run(kind, ranks, group -> {
            int bytes = 700_001;
            try (HostBuffer mine = BUDGET.allocate(Role.STAGING, "test", bytes);
                    HostBuffer all = BUDGET.allocate(Role.STAGING, "test", (long) bytes * ranks)) {
                mine.segment().fill((byte) (group.rank() + 1));
                group.allGather(mine.segment(), all.segment());
                for (int rank = 0; rank < ranks; rank++) {
                    for (int at : new int[] {0, 1, bytes / 2, bytes - 1}) {
                        assertThat(all.segment().get(ValueLayout.JAVA_BYTE, (long) rank * bytes + at))
                                .isEqualTo((byte) (rank + 1));
                    }
                }
                group.broadcast(mine.segment(), ranks - 1);
                assertThat(mine.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) ranks);
            }
            group.barrier();
            double[] numbers = {group.rank(), 1, 0.1};
            group.sum(numbers);
            assertThat(numbers[0]).isEqualTo(ranks * (ranks - 1) / 2.0);
            assertThat(numbers[1]).isEqualTo(ranks);
            assertThat(group.gather("names", ("rank " + group.rank()).getBytes(StandardCharsets.UTF_8)))
                    .extracting(each -> new String(each, StandardCharsets.UTF_8))
                    .hasSize(ranks).startsWith("rank 0").endsWith("rank " + (ranks - 1));
        });
    }

    @ParameterizedTest
    @MethodSource("ranks")
    void oneRankServesTheOthers(RankKind kind, int ranks) {
        run(kind, ranks, group -> {
            int bytes = 1_200_000; // many slots
            try (HostBuffer memory = BUDGET.allocate(Role.STAGING, "test", bytes)) {
                if (group.rank() > 0) {
                    memory.segment().fill((byte) group.rank());
                    group.send(memory.segment(), 0);
                    group.receive(memory.segment(), 0);
                    assertThat(memory.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) -group.rank());
                } else {
                    int last = ranks - 1;
                    boolean[] heard = new boolean[ranks]; // who was heard may be on its way to the barrier
                    for (int served = 1; served < ranks; served++) {
                        int from = group.awaitSender(last, sender -> !heard[sender]);
                        assertThat(group.isWaiting(from)).isTrue();
                        heard[from] = true;
                        group.receive(memory.segment(), from);
                        assertThat(group.isWaiting(from)).as("all of it is taken").isFalse();
                        assertThat(memory.segment().toArray(ValueLayout.JAVA_BYTE)).containsOnly((byte) from);
                        memory.segment().fill((byte) -from);
                        group.send(memory.segment(), from);
                        last = from;
                    }
                }
            }
            group.barrier();
            assertThatThrownBy(() -> group.isWaiting(group.rank())).hasMessageContaining("nothing to itself");
        });
    }

    @ParameterizedTest
    @EnumSource
    void whoWaitsForASenderHearsOfAFailure(RankKind kind) {
        assertThatThrownBy(() -> run(kind, 2, group -> {
            group.barrier();
            if (group.rank() == 1) {
                throw new IllegalStateException("its disk is full");
            }
            assertThatThrownBy(() -> group.awaitSender(0, _ -> true)).isInstanceOf(RankLostException.class)
                    .hasMessageMatching("rank 1( \\(process .*\\))? gave up: its disk is full");
        })).hasMessage("its disk is full");
    }

    @ParameterizedTest
    @EnumSource
    void tellsTheOthersOfAFailure(RankKind kind) {
        assertThatThrownBy(() -> run(kind, 3, group -> {
            group.barrier();
            if (group.rank() == 1) {
                throw new IllegalStateException("its disk is full");
            }
            assertThatThrownBy(() -> {
                group.barrier();
                group.barrier();
            }).isInstanceOf(RankLostException.class)
                    .hasMessageMatching("rank 1( \\(process .*\\))? gave up: its disk is full")
                    .extracting(e -> ((RankLostException) e).rank()).isEqualTo(1);
        })).hasMessage("its disk is full");
    }

    @ParameterizedTest
    @EnumSource
    void doesNotWaitForEver(RankKind kind) {
        assertThatThrownBy(() -> kind.run(2, GroupOptions.DEFAULTS.withTimeout(Duration.ofMillis(200)), BUDGET,
                group -> {
                    if (group.rank() == 0) {
                        group.barrier();
                    } else {
                        Thread.sleep(1_000);
                        group.barrier();
                    }
                })).isInstanceOf(GroupException.class).hasMessageContaining("waited 0 s for the others in barrier 1")
                .hasMessageStartingWith("rank 0");
    }
}
