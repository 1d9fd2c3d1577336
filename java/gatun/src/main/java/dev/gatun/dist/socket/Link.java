package dev.gatun.dist.socket;

import dev.gatun.dist.socket.Frame.MalformedException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A connection on which {@link Frame}s come and go, used by one thread that never waits for it. What waits to be sent
 * is bounded by what is said: one collection, a few lines, and signs of life only while nothing else waits.
 */
final class Link implements AutoCloseable {
    /** What each side begins with: a name and the version of the protocol. */
    private static final long MAGIC = 0x474154554e475201L; // GATUNGR and 1

    private static final int VERSION_BITS = 8;

    private final SocketChannel channel;
    private final SelectionKey key;
    private final ByteBuffer scratch;
    private final ByteBuffer header = ByteBuffer.allocate(Frame.HEADER).limit(Long.BYTES);
    private final Deque<ByteBuffer> queue = new ArrayDeque<>();
    private boolean greeted;
    private @Nullable Frame frame;
    private @Nullable ByteBuffer body;
    private long lastHeard = System.nanoTime();

    /** Who is at the other end; null before it has said so. */
    @Nullable Hello peer;

    /** Whether the other end has said goodbye. */
    boolean left;

    /** Whether nothing more is to be said than what waits to be sent. */
    boolean finished;

    /**
     * Takes a connection over.
     *
     * @param scratch memory that bytes pass through, shared by all connections of the thread
     */
    Link(SocketChannel channel, Selector selector, ByteBuffer scratch) throws IOException {
        this.channel = channel;
        this.scratch = scratch;
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        key = channel.register(selector, SelectionKey.OP_READ, this);
        queue.add(ByteBuffer.allocate(Long.BYTES).putLong(MAGIC).flip());
    }

    SocketChannel channel() {
        return channel;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /** Returns when the other end gave a sign of life, as {@link System#nanoTime}. */
    long lastHeard() {
        return lastHeard;
    }

    /** As if it had just given one: this process itself did not run. */
    void excuse(long now) {
        lastHeard = now;
    }

    /** Queues a frame, which {@link #flush} sends. */
    void send(Frame sent) {
        if (!isOpen() || sent.kind() == Frame.Kind.ALIVE && !queue.isEmpty()) {
            return;
        }
        for (ByteBuffer part : sent.encoded()) {
            if (part.hasRemaining()) {
                queue.add(part);
            }
        }
    }

    /** Returns whether all has been given to the operating system. */
    boolean isFlushed() {
        return queue.isEmpty() || !isOpen();
    }

    void flush() throws IOException {
        for (ByteBuffer next = queue.peek(); next != null && isOpen(); next = queue.peek()) {
            int bytes = Math.min(next.remaining(), scratch.capacity());
            scratch.clear().put(0, next, next.position(), bytes).limit(bytes);
            int written = channel.write(scratch);
            next.position(next.position() + written);
            if (!next.hasRemaining()) {
                queue.remove();
            } else if (written < bytes) {
                break;
            }
        }
        if (isOpen() && key.isValid()) {
            key.interestOps(queue.isEmpty() ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    /**
     * Reads what has come.
     *
     * @return false at the end of the connection
     * @throws MalformedException when the other end does not speak the protocol
     */
    boolean read(Consumer<Frame> handler) throws IOException {
        while (isOpen()) {
            int count = channel.read(scratch.clear());
            if (count < 0) {
                return false;
            }
            if (count == 0) {
                break;
            }
            scratch.flip();
            while (scratch.hasRemaining()) {
                take(handler);
            }
            if (count < scratch.capacity()) {
                break;
            }
        }
        return true;
    }

    private void take(Consumer<Frame> handler) {
        ByteBuffer target = body == null ? header : body;
        int bytes = Math.min(target.remaining(), scratch.remaining());
        target.put(target.position(), scratch, scratch.position(), bytes).position(target.position() + bytes);
        scratch.position(scratch.position() + bytes);
        if (target.hasRemaining()) {
            return;
        }
        if (!greeted) {
            greet(header.flip().getLong());
            header.clear();
            return;
        }
        Frame current = frame;
        if (body == null || current == null) {
            current = Frame.announced(header.flip());
            header.clear();
            if (current.body().length > 0) {
                frame = current;
                body = ByteBuffer.wrap(current.body());
                return;
            }
        }
        frame = null;
        body = null;
        handle(current, handler);
    }

    /** The handler may send, which only queues, and close this. */
    private void handle(Frame current, Consumer<Frame> handler) {
        lastHeard = System.nanoTime();
        handler.accept(current);
        if (!isOpen()) {
            scratch.position(scratch.limit());
        }
    }

    private void greet(long magic) {
        if (magic >>> VERSION_BITS != MAGIC >>> VERSION_BITS) {
            throw new MalformedException("what answers is not Gatun");
        }
        if (magic != MAGIC) {
            throw new MalformedException("its version of Gatun speaks protocol " + (magic & 0xff) + ", this one "
                    + (MAGIC & 0xff) + ": all ranks need the same version");
        }
        greeted = true;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // it is gone in any case
        }
        queue.clear();
    }
}
