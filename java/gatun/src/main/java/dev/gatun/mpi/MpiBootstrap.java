package dev.gatun.mpi;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.MasterAddressProvider;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/** The address of rank 0, sent to all others over MPI: for {@code mpirun} over hosts that share no environment. */
public final class MpiBootstrap implements MasterAddressProvider {
    private static final int TAG = 2;
    private static final int BYTES = 512;

    /** Creates it; nothing is loaded. */
    public MpiBootstrap() {}

    @Override
    public String name() {
        return MpiProvider.NAME;
    }

    @Override
    public InetSocketAddress masterAddress(Duration timeout) {
        MpiRuntime runtime = MpiRuntime.begin(timeout);
        MpiCalls calls = runtime.calls();
        int size = calls.size();
        long end = System.nanoTime() + timeout.toNanos();
        MemoryBudget budget = MemoryBudget.unlimited();
        runtime.open();
        try (HostBuffer memory = budget.allocate(Role.STAGING, "address of rank 0", BYTES);
                Requests requests = new Requests(calls, size, budget)) {
            MemorySegment text = memory.segment();
            try {
                if (calls.rank() == 0) {
                    text.setString(0, ownAddress());
                    for (int to = 1; to < size; to++) {
                        requests.send(text.address(), BYTES, to, TAG);
                    }
                } else {
                    requests.receive(text.address(), BYTES, 0, TAG);
                }
                requests.await(() -> {
                    if (System.nanoTime() - end > 0) {
                        throw new GroupException("the address of rank 0 did not come over MPI within "
                                + timeout.toSeconds() + " s");
                    }
                });
            } catch (RuntimeException e) {
                runtime.fail();
                requests.abandon();
                throw e;
            }
            String[] parts = text.getString(0).split("\n", -1);
            return InetSocketAddress.createUnresolved(parts[0], Integer.parseInt(parts[1]));
        } finally {
            runtime.close();
        }
    }

    private static String ownAddress() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return InetAddress.getLocalHost().getHostName() + "\n" + socket.getLocalPort();
        } catch (IOException e) {
            throw new GroupException("rank 0 has no address to give: " + e.getMessage(), e);
        }
    }
}
