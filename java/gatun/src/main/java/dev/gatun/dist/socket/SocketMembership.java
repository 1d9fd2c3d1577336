package dev.gatun.dist.socket;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.Membership;
import dev.gatun.dist.socket.Gathering.Gift;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Processes that meet at rank 0, over TCP. They may start in any order; each has a connection to rank 0, on which both
 * give signs of life. Rank 0 tells all others of a rank that is lost; they notice themselves when it is rank 0. When
 * rank 0 has left, the others hear no more of each other.
 */
public final class SocketMembership implements Membership {
    private static final int BACKLOG = 1024;
    private static final int CONNECT_MILLIS = 2_000;
    private static final int RETRY_MILLIS = 100;
    private static final int LONGEST_TOPIC = 1_000;

    /** How much longer the others wait than rank 0, which can say who is missing. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** How long giving up waits until the others were told. */
    private static final long TELLING_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Rendezvous place;
    private final Side side;
    private final MemberLoop loop;
    private final Duration timeout;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SocketMembership(Rendezvous place, Side side, MemberLoop loop, Duration timeout) {
        this.place = place;
        this.side = side;
        this.loop = loop;
        this.timeout = timeout;
    }

    /**
     * Meets the other ranks, and returns when all have come.
     *
     * @throws GroupException when some do not come in time, when two want to be the same rank, or when a process was
     *                        started for another number of ranks or is of another version
     */
    public static SocketMembership join(Rendezvous place, GroupOptions options) {
        return join(place, Hello.ofThisProcess(place.rank(), place.size()), options);
    }

    static SocketMembership join(Rendezvous place, Hello me, GroupOptions options) {
        long end = System.nanoTime() + options.startTimeout().toNanos();
        SocketMembership members;
        try {
            members = place.rank() == 0 ? host(place, me, options) : visit(place, me, options, end);
        } catch (IOException e) {
            throw new GroupException("rank " + place.rank() + " has no connections to offer: " + e.getMessage(), e);
        }
        return members;
    }

    /** Rank 0 waits for the others. */
    private static SocketMembership host(Rendezvous place, Hello me, GroupOptions options) throws IOException {
        Hub hub = new Hub(me, new Outcome(), options.heartbeatTimeout());
        MemberLoop loop = new MemberLoop(hub, place.size() == 1 ? null : listen(place));
        SocketMembership members = new SocketMembership(place, hub, loop, options.timeout());
        loop.start();
        boolean complete = false;
        try {
            long end = System.nanoTime() + options.startTimeout().toNanos();
            while (!hub.isComplete() && members.waits(end)) {
                hub.outcome.check();
            }
            hub.outcome.check();
            if (!hub.isComplete()) {
                String text = "rank " + hub.missing() + " of " + place.size() + " did not come to rank 0 at " + place
                        + " within " + seconds(options.startTimeout())
                        + ": start all, with the same address and port of rank 0";
                loop.post(() -> hub.failStart(text));
                throw new GroupException(text);
            }
            complete = true;
        } finally {
            if (!complete) {
                members.end();
            }
        }
        return members;
    }

    private static ServerSocketChannel listen(Rendezvous place) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        boolean bound = false;
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(place.isLocal() ? new InetSocketAddress(InetAddress.getByName(place.address()), place.port())
                    : new InetSocketAddress(place.port()), BACKLOG);
            bound = true;
        } catch (IOException e) {
            throw new GroupException("rank 0 cannot wait for the others at port " + place.port() + ": "
                    + e.getMessage() + ": another process has it; choose another port (MASTER_PORT)", e);
        } finally {
            if (!bound) {
                server.close();
            }
        }
        return server;
    }

    /** Another rank connects to rank 0, again and again. */
    private static SocketMembership visit(Rendezvous place, Hello me, GroupOptions options, long end)
            throws IOException {
        while (true) {
            String last;
            try {
                SocketMembership members = tryOnce(place, me, options, end + PATIENCE_NANOS);
                if (members != null) {
                    return members;
                }
                last = "it closed the connection";
            } catch (IOException e) {
                last = e instanceof UnknownHostException ? "there is no such host"
                        : String.valueOf(e.getMessage());
            }
            if (end - System.nanoTime() <= 0) {
                throw new GroupException("rank " + place.rank() + " of " + place.size() + " did not find rank 0 at "
                        + place + " within " + seconds(options.startTimeout()) + ": " + last
                        + ": is rank 0 started, and are MASTER_ADDR and MASTER_PORT the same for all?");
            }
            pause(place);
        }
    }

    private static void pause(Rendezvous place) {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GroupException("rank " + place.rank() + " was interrupted while it looked for rank 0", e);
        }
    }

    /** Returns null when rank 0 closed the connection before the group began. */
    private static @Nullable SocketMembership tryOnce(Rendezvous place, Hello me, GroupOptions options, long end)
            throws IOException {
        SocketChannel channel = SocketChannel.open();
        boolean kept = false;
        try {
            channel.socket().connect(new InetSocketAddress(place.address(), place.port()), CONNECT_MILLIS);
            if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
                return null; // TCP may connect a port that nobody listens on to itself
            }
            Spoke spoke = new Spoke(me, new Outcome(), options.heartbeatTimeout(),
                    ((InetSocketAddress) channel.getLocalAddress()).getAddress(), place);
            MemberLoop loop = new MemberLoop(spoke, null);
            SocketMembership members = new SocketMembership(place, spoke, loop, options.timeout());
            loop.start();
            loop.connect(channel);
            try {
                while (!spoke.isComplete() && !spoke.isCut() && members.waits(end)) {
                    spoke.outcome.check();
                }
                spoke.outcome.check();
                kept = spoke.isComplete();
                if (!kept && !spoke.isCut()) {
                    throw new GroupException("rank 0 at " + place + " did not say within "
                            + seconds(options.startTimeout()) + " that all ranks have come");
                }
            } finally {
                if (!kept) {
                    members.end();
                }
            }
            return kept ? members : null;
        } finally {
            if (!kept) {
                channel.close();
            }
        }
    }

    /** Waits for news for a moment; returns whether there is time left. */
    private boolean waits(long end) {
        try {
            side.outcome.await(Math.clamp(TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()), 1, 20));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GroupException("rank " + rank() + " was interrupted while it waited for the others", e);
        }
        return end - System.nanoTime() > 0;
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1_000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    @Override
    public int rank() {
        return place.rank();
    }

    @Override
    public int size() {
        return place.size();
    }

    /** Returns an address of this machine by which the other ranks can be expected to reach it. */
    public InetAddress localAddress() {
        return side.localAddress();
    }

    /** Returns whether the ranks meet where only processes of this machine can come. */
    boolean isLocal() {
        return place.isLocal();
    }

    @Override
    public List<byte[]> gather(String topic, byte[] mine) {
        int length = topic.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_TOPIC || mine.length > Frame.LARGEST_GATHERED) {
            throw new IllegalArgumentException("a collection takes at most " + Frame.LARGEST_GATHERED
                    + " bytes of a rank and " + LONGEST_TOPIC + " of a topic, not " + mine.length + " and " + length);
        }
        if (closed.get()) {
            throw new IllegalStateException("rank " + rank() + " has left the group");
        }
        Gift gift = new Gift(topic, mine.clone());
        loop.post(() -> side.give(gift));
        long end = System.nanoTime() + timeout.toNanos() + (rank() == 0 ? 0 : PATIENCE_NANOS);
        while (!side.gathered().isComplete()) {
            check();
            if (!side.left().isEmpty() && !side.gathered().isComplete()) {
                throw new GroupException(describe(side.left().iterator().next())
                        + " has left the group, the others still collect \"" + topic + "\"");
            }
            if (!waits(end) && !side.gathered().isComplete()) {
                String missing = side.missing();
                String text = (missing.isEmpty() ? "another rank" : "rank " + missing) + " did not come to collect \""
                        + topic + "\" within " + seconds(timeout) + ": it hangs, or has other work to do";
                abort(text);
                throw new GroupException(text);
            }
        }
        return side.gathered().take();
    }

    @Override
    public void check() {
        side.outcome.check();
        if (loop.isEnded() && !closed.get()) {
            throw new GroupException("the connections of " + describe(rank()) + " to the other ranks have ended");
        }
    }

    @Override
    public void abort(String reason) {
        if (!closed.get()) {
            loop.post(() -> side.giveUp(reason));
            long end = System.nanoTime() + TELLING_NANOS; // the process may be about to end
            while (!loop.isIdle() && end - System.nanoTime() > 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    @Override
    public String describe(int rank) {
        return side.roster().describe(rank);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            loop.post(side::leave);
            end();
        }
    }

    /** Without a goodbye. */
    private void end() {
        loop.leave();
    }
}
