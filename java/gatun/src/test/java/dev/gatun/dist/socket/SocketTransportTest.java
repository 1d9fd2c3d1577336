package dev.gatun.dist.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.RankLostException;
import dev.gatun.dist.Reduction;
import dev.gatun.dist.Transport;
import dev.gatun.dist.socket.Together.Result;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.NoLeaks;
import dev.gatun.memory.Role;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class SocketTransportTest {
    private static final MemoryBudget BUDGET = MemoryBudget.unlimited();
    private static final GroupOptions OPTIONS = GroupOptions.DEFAULTS.withTimeout(Duration.ofSeconds(20))
            .withStartTimeout(Duration.ofSeconds(20)).withHeartbeatTimeout(Duration.ofSeconds(5));

    private final int port = FreePort.find();

    /** What a rank does with its group. */
    private interface Work {
        void run(ProcessGroup group) throws Exception;
    }

    private List<Result<Boolean>> run(int ranks, Work work) throws InterruptedException {
        List<Callable<Boolean>> all = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            Rendezvous place = new Rendezvous(rank, ranks, "127.0.0.1", port);
            all.add(() -> {
                SocketMembership members = SocketMembership.join(place, OPTIONS);
                Transport transport = SocketTransport.open(members, OPTIONS, BUDGET);
                try (ProcessGroup group = new ProcessGroup(members, transport, OPTIONS, BUDGET)) {
                    work.run(group);
                }
                return true;
            });
        }
        return Together.run(all);
    }

    @Test
    void anExchangeAllocatesNothingOnceItHasRun() throws Exception {
        com.sun.management.ThreadMXBean threads =
                (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        List<Result<Boolean>> results = run(3, group -> {
            try (HostBuffer values = BUDGET.allocate(Role.GRADIENTS, "test", 4_000_000)) {
                long least = Long.MAX_VALUE;
                for (int i = 0; i < 30; i++) {
                    long before = threads.getCurrentThreadAllocatedBytes();
                    group.allReduce(values.segment(), 0, values.bytes(), Reduction.SUM);
                    least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
                }
                assertThat(least).as("bytes on the heap").isZero();
                assertThat(group.transport().sentBytes()).isPositive();
            }
        });
        assertThat(results).allSatisfy(result -> assertThat(result.failure()).isNull());
    }

    @Test
    void aConnectionThatEndsIsARankThatIsLost() throws Exception {
        CyclicBarrier cut = new CyclicBarrier(2);
        List<Result<Boolean>> results = run(2, group -> {
            group.barrier();
            if (group.rank() == 1) {
                group.transport().close(); // as a network does: the membership has not noticed
                cut.await();
                for (int i = 0; i < 500; i++) {
                    group.members().check();
                    Thread.sleep(20);
                }
            } else {
                cut.await();
                group.barrier();
            }
        });
        assertThat(results.get(0).failure()).isInstanceOfSatisfying(RankLostException.class,
                e -> assertThat(e.rank()).isEqualTo(1)).hasMessageContaining("the connection to it has ended");
        assertThat(Objects.requireNonNull(results.get(1).failure())).isInstanceOf(RankLostException.class)
                .hasMessageContaining("rank 0 (").hasMessageContaining("gave up: its connection to rank 1 (");
    }

    @Test
    void aClosedTransportRefuses() throws Exception {
        List<Result<Boolean>> results = run(1, group -> {
            group.close();
            assertThatThrownBy(group::barrier).isInstanceOf(IllegalStateException.class);
        });
        assertThat(results).allSatisfy(result -> assertThat(result.failure()).isNull());
    }
}
