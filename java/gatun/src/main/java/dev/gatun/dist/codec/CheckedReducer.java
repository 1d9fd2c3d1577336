package dev.gatun.dist.codec;

import dev.gatun.dist.ProcessGroup;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Checks ranges and counts bytes around a codec. */
final class CheckedReducer implements GradientReducer {
    private final Codec codec;
    private final CodecMemory memory;
    private final Tensors tensors;
    private final long slabBytes;
    private final ProcessGroup group;
    private long reductions;
    private long uncompressedBytes;
    private long sentBytes;
    private boolean closed;

    CheckedReducer(Codec codec, CodecMemory memory, Tensors tensors, long slabBytes, ProcessGroup group) {
        this.codec = codec;
        this.memory = memory;
        this.tensors = tensors;
        this.slabBytes = slabBytes;
        this.group = group;
    }

    @Override
    public void reduce(ProcessGroup of, MemorySegment gradients, long offset, long bytes) {
        if (closed) {
            throw new IllegalStateException("the reducer of gradients is closed");
        }
        if (of != group) {
            throw new IllegalArgumentException("the reducer of gradients was made for another group");
        }
        if (gradients.byteSize() != slabBytes) {
            throw new IllegalArgumentException("the reducer was made for gradients of " + slabBytes + " bytes, not "
                    + gradients.byteSize());
        }
        int first = tensors.firstOf(offset, bytes);
        int end = tensors.endOf(offset, bytes);
        if (bytes == 0) {
            return;
        }
        long before = group.transport().sentBytes();
        codec.reduce(group, gradients, offset, (int) (bytes / Float.BYTES), first, end);
        sentBytes += group.transport().sentBytes() - before;
        uncompressedBytes += 2 * (bytes - bytes / group.size());
        reductions++;
    }

    @Override
    public List<CodecState> states() {
        return codec.states();
    }

    @Override
    public void scaleErrors(float factor) {
        if (!(factor > 0 && factor < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("errors are multiplied by a positive finite number, not " + factor);
        }
        codec.scaleErrors(factor);
    }

    @Override
    public CompressionStatistics statistics() {
        return new CompressionStatistics(reductions, uncompressedBytes, sentBytes);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            memory.close();
        }
    }
}
