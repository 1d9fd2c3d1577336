package dev.gatun.dist.socket;

import dev.gatun.dist.socket.Frame.MalformedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that reads and writes the connections of a membership, gives signs of life and looks for those of others.
 * It does not keep the JVM from ending.
 */
final class MemberLoop implements Runnable {
    private static final int SCRATCH = 64 << 10;

    /** How long what was said last may take to go out. */
    private static final long FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Side side;
    private final Selector selector;
    private final @Nullable ServerSocketChannel server;
    private final long interval;
    private final ByteBuffer scratch = ByteBuffer.allocateDirect(SCRATCH);
    private final List<Link> links = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean leaving;
    private volatile boolean idle;
    private long farewell;

    /**
     * Creates the loop.
     *
     * @param server what rank 0 listens on, closed by the loop; null for others
     */
    MemberLoop(Side side, @Nullable ServerSocketChannel server) throws IOException {
        this.side = side;
        this.server = server;
        interval = Math.max(TimeUnit.MILLISECONDS.toNanos(10), side.silence / 10);
        selector = Selector.open();
        if (server != null) {
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
        }
        thread = Thread.ofPlatform().daemon().name("gatun-members-" + side.me.rank()).unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Has something done by the thread of the loop. */
    void post(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Returns whether all that was posted is done, and what it said has been given to the operating system. */
    boolean isIdle() {
        return (tasks.isEmpty() && idle) || isEnded();
    }

    /** Takes a connection over. */
    void connect(SocketChannel channel) {
        post(() -> open(channel));
    }

    /** Ends the thread when all that was said has gone out, or a moment has passed. */
    void leave() {
        leaving = true;
        selector.wakeup();
        boolean interrupted = Thread.interrupted(); // which does not shorten a farewell that is short
        try {
            thread.join(TimeUnit.NANOSECONDS.toMillis(2 * FAREWELL_NANOS));
        } catch (InterruptedException _) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether the thread has ended. */
    boolean isEnded() {
        return !thread.isAlive();
    }

    @Override
    public void run() {
        try {
            long beaten = System.nanoTime() - interval;
            long turned = System.nanoTime();
            while (!isDone()) {
                selector.select(this::ready, TimeUnit.NANOSECONDS.toMillis(interval));
                long now = System.nanoTime();
                if (now - turned > side.silence / 2) { // this process was stopped, others need not have been
                    links.forEach(link -> link.excuse(now));
                }
                turned = now;
                idle = false;
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
                side.look(now);
                if (now - beaten >= interval) {
                    beaten = now;
                    side.beat();
                }
                flush();
                idle = links.stream().allMatch(Link::isFlushed);
            }
        } catch (IOException | RuntimeException e) {
            side.outcome.failed("the connections of rank " + side.me.rank() + " to the other ranks failed: "
                    + e.getMessage());
        } finally {
            close();
        }
    }

    private boolean isDone() {
        if (!leaving) {
            return false;
        }
        if (farewell == 0) {
            farewell = System.nanoTime();
        }
        return (tasks.isEmpty() && links.stream().allMatch(Link::isFlushed))
                || System.nanoTime() - farewell > FAREWELL_NANOS;
    }

    private void ready(SelectionKey key) {
        if (key.attachment() instanceof Link link) {
            if (key.isValid() && key.isReadable()) {
                read(link);
            }
        } else if (server != null) {
            accept(server);
        }
    }

    private void accept(ServerSocketChannel listening) {
        try {
            for (SocketChannel channel = listening.accept(); channel != null; channel = listening.accept()) {
                open(channel);
            }
        } catch (IOException _) {
            // too many open files, or whoever came has gone: those that belong here try again
        }
    }

    private void open(SocketChannel channel) {
        try {
            Link link = new Link(channel, selector, scratch);
            links.add(link);
            side.opened(link);
        } catch (IOException _) {
            closeQuietly(channel);
        }
    }

    private void read(Link link) {
        try {
            if (!link.read(frame -> side.received(link, frame))) {
                end(link, "its connection was closed");
            }
        } catch (MalformedException e) {
            link.close();
            side.garbled(link, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            end(link, "its connection broke (" + e.getMessage() + ")");
        }
    }

    private void end(Link link, String how) {
        link.close();
        side.ended(link, how);
    }

    private void flush() {
        for (Link link : List.copyOf(links)) {
            try {
                link.flush();
            } catch (IOException e) {
                read(link); // what it has said before it went
                if (link.isOpen()) {
                    end(link, "its connection broke (" + e.getMessage() + ")");
                }
            }
            if (link.finished && link.isFlushed()) {
                link.close();
            }
        }
        links.removeIf(link -> !link.isOpen());
    }

    private void close() {
        links.forEach(Link::close);
        if (server != null) {
            closeQuietly(server);
        }
        closeQuietly(selector);
        side.outcome.wake();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception _) {
            // nothing is left to be done with it
        }
    }
}
