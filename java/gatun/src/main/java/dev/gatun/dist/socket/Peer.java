package dev.gatun.dist.socket;

import dev.gatun.dist.Parts;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** The connection to one other rank, and the memory that bytes pass through on their way to it and from it. */
final class Peer implements AutoCloseable {
    private final SocketChannel channel;
    private final MemorySegment sendStaging;
    private final MemorySegment receiveStaging;
    private final ByteBuffer sendBuffer;
    private final ByteBuffer receiveBuffer;
    private long unsent;
    private long unreceived;
    private boolean isAhead;

    /**
     * Creates the connection.
     *
     * @param channel does not block
     * @param staging one half is for sending, the other for receiving
     */
    Peer(SocketChannel channel, MemorySegment staging) {
        this.channel = channel;
        long half = staging.byteSize() / 2;
        sendStaging = staging.asSlice(0, half);
        receiveStaging = staging.asSlice(half, half);
        sendBuffer = sendStaging.asByteBuffer().limit(0);
        receiveBuffer = receiveStaging.asByteBuffer();
    }

    void start(long sent, long received) {
        unsent = sent;
        unreceived = received;
    }

    boolean isDone() {
        return unsent == 0 && unreceived == 0 && !sendBuffer.hasRemaining();
    }

    /** Sends what the connection takes; returns whether it took anything. */
    boolean send(Parts outgoing, int rank) throws IOException {
        if (!sendBuffer.hasRemaining()) {
            if (unsent == 0) {
                return false;
            }
            int bytes = (int) Math.min(unsent, sendStaging.byteSize());
            MemorySegment.copy(outgoing.segment(), outgoing.offset(rank) + outgoing.bytes(rank) - unsent,
                    sendStaging, 0, bytes);
            sendBuffer.position(0).limit(bytes);
            unsent -= bytes;
        }
        return channel.write(sendBuffer) > 0;
    }

    /** Returns whether anything has come that is not received: looks one byte ahead, which the next exchange takes. */
    boolean isWaiting() throws IOException {
        if (!isAhead) {
            receiveBuffer.position(0).limit(1);
            isAhead = read() > 0;
        }
        return isAhead;
    }

    private int read() throws IOException {
        int bytes = channel.read(receiveBuffer);
        if (bytes < 0) {
            throw new EOFException("it was closed");
        }
        return bytes;
    }

    /** Receives what has come, but nothing of the next exchange; returns whether anything had. */
    boolean receive(Parts incoming, int rank) throws IOException {
        if (unreceived == 0) {
            return false;
        }
        if (isAhead) {
            isAhead = false;
            take(incoming, rank, 1);
            return true;
        }
        receiveBuffer.position(0).limit((int) Math.min(unreceived, receiveStaging.byteSize()));
        int bytes = read();
        take(incoming, rank, bytes);
        return bytes > 0;
    }

    private void take(Parts incoming, int rank, int bytes) {
        MemorySegment.copy(receiveStaging, 0, incoming.segment(),
                incoming.offset(rank) + incoming.bytes(rank) - unreceived, bytes);
        unreceived -= bytes;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // it is gone in any case
        }
    }
}
