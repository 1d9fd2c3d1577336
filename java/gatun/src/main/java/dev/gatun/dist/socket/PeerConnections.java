package dev.gatun.dist.socket;

import dev.gatun.dist.GroupException;
import dev.gatun.dist.Membership;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Makes a connection between each two ranks: each connects to all below it. A connection counts when it begins with a
 * random token that rank 0 has given to the group; what says nothing for some seconds, or something else, is closed.
 */
final class PeerConnections implements AutoCloseable {
    private static final int TOKEN = 16;
    private static final int GREETING = TOKEN + Integer.BYTES;
    private static final int CONNECT_MILLIS = 5_000;
    private static final long GREETING_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MOST_STRANGERS = 1024;

    private final Membership members;
    private final long end;
    private final byte[] token = new byte[TOKEN];
    private final @Nullable SocketChannel[] channels;
    private final List<Stranger> strangers = new ArrayList<>();

    /** A connection that has not said yet whose it is. */
    private record Stranger(SocketChannel channel, ByteBuffer greeting, long since) {}

    private PeerConnections(Membership members, long end) {
        this.members = members;
        this.end = end;
        channels = new SocketChannel[members.size()];
    }

    /**
     * Returns connections that do not block, by rank; none to the own.
     *
     * @param timeout how long this may last
     * @throws GroupException when some cannot be made
     */
    static @Nullable SocketChannel[] open(SocketMembership members, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        try (PeerConnections connections = new PeerConnections(members, end);
                ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(members.isLocal()
                    ? new InetSocketAddress(members.localAddress(), 0) : new InetSocketAddress(0), members.size() + MOST_STRANGERS);
            server.configureBlocking(false);
            List<InetSocketAddress> addresses = connections.exchange(members.localAddress(), server);
            for (int rank = 0; rank < members.rank(); rank++) {
                connections.connect(rank, reachable(addresses, members.rank(), rank));
            }
            connections.accept(server);
            return connections.take();
        } catch (IOException e) {
            throw new GroupException(members.describe(members.rank()) + " cannot connect to the other ranks: "
                    + e.getMessage(), e);
        }
    }

    /** Tells where this rank listens, and returns where all do. */
    private List<InetSocketAddress> exchange(InetAddress address, ServerSocketChannel server) throws IOException {
        byte[] own = new byte[TOKEN];
        new SecureRandom().nextBytes(own);
        int port = ((InetSocketAddress) server.getLocalAddress()).getPort();
        byte[] host = address.getAddress();
        List<byte[]> all = members.gather("addresses of the ranks",
                ByteBuffer.allocate(TOKEN + Integer.BYTES + host.length).put(own).putInt(port).put(host).array());
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (byte[] each : all) {
            addresses.add(address(each));
        }
        System.arraycopy(all.getFirst(), 0, token, 0, TOKEN);
        return addresses;
    }

    private static InetSocketAddress address(byte[] bytes) throws UnknownHostException {
        if (bytes.length < GREETING) {
            throw new UnknownHostException("an address of " + bytes.length + " bytes");
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes).position(TOKEN);
        int port = buffer.getInt();
        byte[] host = new byte[buffer.remaining()];
        buffer.get(host);
        return new InetSocketAddress(InetAddress.getByAddress(host), port);
    }

    /** A rank that reaches rank 0 by its own machine's loopback is reached by others where they reach rank 0. */
    private static InetSocketAddress reachable(List<InetSocketAddress> addresses, int from, int to) {
        InetSocketAddress address = addresses.get(to);
        boolean sameMachine = addresses.get(from).getAddress().isLoopbackAddress();
        InetAddress first = addresses.getFirst().getAddress();
        return address.getAddress().isLoopbackAddress() && !sameMachine
                ? new InetSocketAddress(first, address.getPort()) : address;
    }

    private void connect(int rank, InetSocketAddress address) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.socket().connect(address, CONNECT_MILLIS);
            ByteBuffer greeting = ByteBuffer.allocate(GREETING).put(token).putInt(members.rank()).flip();
            while (greeting.hasRemaining()) {
                channel.write(greeting);
            }
            channels[rank] = prepared(channel);
            channel = null;
        } catch (IOException e) {
            String text = "it cannot connect to " + members.describe(rank) + " at " + address.getAddress()
                    .getHostAddress() + ":" + address.getPort() + " (" + e.getMessage()
                    + "): let connections between the machines of the ranks through, at all ports";
            members.check();
            members.abort(text);
            throw new GroupException(members.describe(members.rank()) + ": " + text, e);
        } finally {
            closeQuietly(channel);
        }
    }

    private static SocketChannel prepared(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return channel;
    }

    /** Waits for the connections of all ranks above. */
    private void accept(ServerSocketChannel server) throws IOException {
        while (missing() > 0) {
            for (SocketChannel channel = server.accept(); channel != null; channel = server.accept()) {
                if (strangers.size() >= MOST_STRANGERS) {
                    channel.close();
                } else {
                    strangers.add(new Stranger(prepared(channel), ByteBuffer.allocate(GREETING), System.nanoTime()));
                }
            }
            strangers.removeIf(this::isSettled);
            members.check();
            if (end - System.nanoTime() < 0) {
                String text = missing() + " ranks did not connect to it";
                members.abort(text);
                throw new GroupException(members.describe(members.rank()) + ": " + text);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private int missing() {
        int missing = 0;
        for (int rank = members.rank() + 1; rank < channels.length; rank++) {
            missing += channels[rank] == null ? 1 : 0;
        }
        return missing;
    }

    /** Whether a connection has turned out to be a rank's, or was closed. */
    private boolean isSettled(Stranger stranger) {
        try {
            int count = stranger.channel.read(stranger.greeting);
            if (!stranger.greeting.hasRemaining()) {
                byte[] said = new byte[TOKEN];
                int rank = stranger.greeting.flip().get(said).getInt();
                if (MessageDigest.isEqual(said, token) && rank > members.rank() && rank < channels.length
                        && channels[rank] == null) {
                    channels[rank] = stranger.channel;
                } else {
                    closeQuietly(stranger.channel);
                }
                return true;
            }
            if (count >= 0 && System.nanoTime() - stranger.since < GREETING_NANOS) {
                return false;
            }
        } catch (IOException _) {
            // it is gone
        }
        closeQuietly(stranger.channel);
        return true;
    }

    private @Nullable SocketChannel[] take() {
        @Nullable SocketChannel[] taken = channels.clone();
        Arrays.fill(channels, null);
        return taken;
    }

    /** Closes what was not taken. */
    @Override
    public void close() {
        for (SocketChannel channel : channels) {
            closeQuietly(channel);
        }
        strangers.forEach(stranger -> closeQuietly(stranger.channel));
    }

    private static void closeQuietly(@Nullable SocketChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException _) {
                // it is gone in any case
            }
        }
    }
}
