package dev.gatun.dist.socket;

import dev.gatun.dist.socket.Frame.MalformedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What has come of a collection; thread-safe. */
final class Gathering {
    private final int ranks;
    private final SortedMap<Integer, byte[]> collected = new TreeMap<>();

    Gathering(int ranks) {
        this.ranks = ranks;
    }

    /**
     * Adds what a rank has given.
     *
     * @throws MalformedException when there is no such rank, or it has given before
     */
    synchronized void put(int rank, byte[] bytes) {
        if (rank < 0 || rank >= ranks || collected.putIfAbsent(rank, bytes) != null) {
            throw new MalformedException("bytes of rank " + rank + " that nobody asked for");
        }
    }

    synchronized boolean isComplete() {
        return collected.size() == ranks;
    }

    /** Returns the ranks that are missing, as {@code 1, 3}. */
    synchronized String missing() {
        List<String> missing = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            if (!collected.containsKey(rank)) {
                missing.add(String.valueOf(rank));
            }
        }
        return String.join(", ", missing);
    }

    /** Returns all in the order of the ranks and begins anew. */
    synchronized List<byte[]> take() {
        List<byte[]> all = List.copyOf(collected.values());
        collected.clear();
        return all;
    }

    /** What one rank gives: what it thinks is collected, and its bytes. */
    @SuppressWarnings("ArrayRecordComponent") // they are not compared
    record Gift(String topic, byte[] bytes) {
        Frame frame(int round) {
            byte[] name = topic.getBytes(StandardCharsets.UTF_8);
            return new Frame(Frame.Kind.GIVEN, round, ByteBuffer.allocate(Short.BYTES + name.length + bytes.length)
                    .putShort((short) name.length).put(name).put(bytes).array());
        }

        static Gift of(Frame frame) {
            ByteBuffer buffer = ByteBuffer.wrap(frame.body());
            int name = buffer.remaining() < Short.BYTES ? -1 : buffer.getShort();
            if (name < 0 || name > buffer.remaining()
                    || buffer.remaining() - name > Frame.LARGEST_GATHERED) {
                throw new MalformedException("a gift of " + frame.body().length + " bytes without a topic");
            }
            String topic = new String(frame.body(), Short.BYTES, name, StandardCharsets.UTF_8);
            byte[] bytes = new byte[buffer.remaining() - name];
            buffer.get(Short.BYTES + name, bytes);
            return new Gift(topic, bytes);
        }
    }
}
