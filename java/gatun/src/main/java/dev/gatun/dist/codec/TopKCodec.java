package dev.gatun.dist.codec;

import dev.gatun.dist.Parts;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.memory.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Sums the elements of largest magnitude of each rank's gradients and errors. */
final class TopKCodec implements Codec {
    /** In place of the first index of a rank whose gradients are not finite. */
    private static final int NOT_FINITE = -1;

    private final double fraction;
    private final int rank;
    private final int size;
    private final ErrorMemory errors;
    private final TopSelection selection;
    /** Of each rank its indices, then its values. */
    private final HostBuffer all;
    private final Parts outgoing;
    private final Parts incoming;

    TopKCodec(double fraction, long slabBytes, ProcessGroup group, CodecMemory memory) {
        this.fraction = fraction;
        rank = group.rank();
        size = group.size();
        outgoing = new Parts(size);
        incoming = new Parts(size);
        errors = new ErrorMemory(slabBytes, memory);
        int most = count(fraction, (int) Math.min(Integer.MAX_VALUE, slabBytes / Float.BYTES));
        selection = new TopSelection(most, memory);
        all = memory.staging("top-k of all ranks", bytes(most) * size);
    }

    /** How many of some elements are sent: one at least. */
    static int count(double fraction, int elements) {
        return (int) Math.min(elements, Math.max(1, Math.round(fraction * elements)));
    }

    private static long bytes(int top) {
        return (long) (Integer.BYTES + Float.BYTES) * top;
    }

    @Override
    public void reduce(ProcessGroup group, MemorySegment gradients, long at, int elements, int first, int end) {
        int top = count(fraction, elements);
        MemorySegment pairs = all.segment();
        errors.addTo(gradients, at, elements);
        if (!selection.select(gradients, at, elements, top, pairs, rank * bytes(top))) {
            pairs.set(ValueLayout.JAVA_INT, rank * bytes(top), NOT_FINITE);
        }
        gather(group, top);
        for (int other = 0; other < size; other++) {
            if (pairs.get(ValueLayout.JAVA_INT, other * bytes(top)) == NOT_FINITE) {
                Floats.fill(gradients, at, elements, Float.NaN);
                return;
            }
        }
        keepErrors(gradients, at, elements, top);
        sum(gradients, at, elements, top);
    }

    private void gather(ProcessGroup group, int top) {
        outgoing.in(all.segment());
        incoming.in(all.segment());
        for (int other = 0; other < size; other++) {
            if (other != rank) {
                outgoing.set(other, rank * bytes(top), bytes(top));
                incoming.set(other, other * bytes(top), bytes(top));
            }
        }
        group.exchange(outgoing, incoming);
    }

    private void keepErrors(MemorySegment gradients, long at, int elements, int top) {
        MemorySegment kept = errors.segment();
        Floats.copy(gradients, at, kept, at, elements);
        for (int i = 0; i < top; i++) {
            Floats.set(kept, at + 4L * all.segment().get(ValueLayout.JAVA_INT, rank * bytes(top) + 4L * i), 0);
        }
    }

    private void sum(MemorySegment gradients, long at, int elements, int top) {
        MemorySegment pairs = all.segment();
        Floats.fill(gradients, at, elements, 0);
        for (int other = 0; other < size; other++) {
            long indices = other * bytes(top);
            long values = indices + 4L * top;
            for (int i = 0; i < top; i++) {
                long to = at + 4L * pairs.get(ValueLayout.JAVA_INT, indices + 4L * i);
                Floats.set(gradients, to, Floats.get(gradients, to) + Floats.get(pairs, values + 4L * i));
            }
        }
    }

    @Override
    public List<CodecState> states() {
        return List.of(errors.state());
    }

    @Override
    public void scaleErrors(float factor) {
        errors.scale(factor);
    }
}
