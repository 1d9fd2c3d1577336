package dev.gatun.dist.socket;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.GroupOptions;
import dev.gatun.dist.Membership;
import dev.gatun.dist.Parts;
import dev.gatun.dist.RankLostException;
import dev.gatun.dist.Transport;
import dev.gatun.dist.Watch;
import dev.gatun.dist.Waiting;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A TCP connection between each two ranks, all of which move bytes at once. */
public final class SocketTransport implements Transport {
    private static final long LARGEST_STAGING = 512 << 10;
    private static final long SMALLEST_STAGING = 16 << 10;
    private static final long ALL_STAGING = 32 << 20;

    /** How long a rank whose connection ended waits for the membership to say what became of the other. */
    private static final long NAMING_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Membership members;
    private final @Nullable Peer[] peers;
    private final HostBuffer staging;
    private final Waiting waiting = new Waiting();
    private long sent;
    private boolean closed;

    private SocketTransport(Membership members, @Nullable SocketChannel[] channels, HostBuffer staging, long each) {
        this.members = members;
        this.staging = staging;
        peers = new Peer[channels.length];
        int number = 0;
        for (int rank = 0; rank < channels.length; rank++) {
            SocketChannel channel = channels[rank];
            if (channel != null) {
                peers[rank] = new Peer(channel, staging.segment().asSlice(number++ * each, each));
            }
        }
    }

    /**
     * Connects to all other ranks, which do the same.
     *
     * @throws GroupException when there is a rank that cannot be reached
     */
    public static SocketTransport open(SocketMembership members, GroupOptions options, MemoryBudget budget) {
        long each = Math.clamp(ALL_STAGING / members.size() / 4096 * 4096, SMALLEST_STAGING, LARGEST_STAGING);
        HostBuffer staging = budget.allocate(Role.STAGING, "what comes from other ranks and goes to them",
                each * (members.size() - 1));
        boolean complete = false;
        try {
            SocketTransport transport = new SocketTransport(members,
                    PeerConnections.open(members, options.startTimeout()), staging, each);
            complete = true;
            return transport;
        } finally {
            if (!complete) {
                staging.close();
            }
        }
    }

    @Override
    public String name() {
        return "tcp";
    }

    @Override
    public int rank() {
        return members.rank();
    }

    @Override
    public int size() {
        return peers.length;
    }

    @Override
    public long sentBytes() {
        return sent;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the connections of rank " + rank() + " are closed");
        }
    }

    @Override
    public boolean isWaiting(int from) {
        checkOpen();
        Peer peer = peers[from];
        try {
            return peer != null && peer.isWaiting();
        } catch (IOException e) {
            throw lost(from, e);
        }
    }

    @Override
    public void exchange(Parts outgoing, Parts incoming, Watch watch) {
        checkOpen();
        Parts.copyOwn(rank(), outgoing, incoming);
        for (int rank = 0; rank < peers.length; rank++) {
            Peer peer = peers[rank];
            if (peer != null) {
                peer.start(outgoing.bytes(rank), incoming.bytes(rank));
                sent += outgoing.bytes(rank);
            }
        }
        waiting.reset();
        while (true) {
            boolean moved = false;
            boolean done = true;
            for (int i = 1; i < peers.length; i++) {
                int rank = (rank() + i) % peers.length; // not all begin with the same
                Peer peer = peers[rank];
                if (peer != null && !peer.isDone()) {
                    moved |= move(peer, outgoing, incoming, rank);
                    done &= peer.isDone();
                }
            }
            if (done) {
                return;
            }
            if (moved) {
                waiting.reset();
            } else {
                waiting.pause(watch);
            }
        }
    }

    private boolean move(Peer peer, Parts outgoing, Parts incoming, int rank) {
        try {
            boolean sentSome = peer.send(outgoing, rank);
            return peer.receive(incoming, rank) || sentSome;
        } catch (IOException e) {
            throw lost(rank, e);
        }
    }

    /** The connection to a rank has ended: the membership usually knows more within a moment. */
    private GroupException lost(int rank, IOException cause) {
        long end = System.nanoTime() + NAMING_NANOS;
        while (end - System.nanoTime() > 0) {
            members.check();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        String text = "its connection to " + members.describe(rank) + " has ended (" + cause.getMessage() + ")";
        members.abort(text);
        return new RankLostException(rank, members.describe(rank) + " is lost: the connection to it has ended ("
                + cause.getMessage() + ")");
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Peer peer : peers) {
            if (peer != null) {
                peer.close();
            }
        }
        staging.close();
    }
}
