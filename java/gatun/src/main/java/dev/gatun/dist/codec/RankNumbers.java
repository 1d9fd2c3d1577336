package dev.gatun.dist.codec;

import dev.gatun.dist.Parts;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.memory.HostBuffer;
import java.lang.foreign.ValueLayout;

/** A few numbers of each rank, which all get to know. */
final class RankNumbers {
    private final int rank;
    private final int size;
    private final int most;
    private final HostBuffer numbers;
    private final Parts outgoing;
    private final Parts incoming;

    RankNumbers(int most, ProcessGroup group, CodecMemory memory) {
        this.most = most;
        rank = group.rank();
        size = group.size();
        numbers = memory.staging("numbers of all ranks", (long) Double.BYTES * most * size);
        outgoing = new Parts(size);
        incoming = new Parts(size);
    }

    private long at(int of, int index) {
        return Double.BYTES * ((long) of * most + index);
    }

    /** Sets a number of this rank. */
    void set(int index, double value) {
        numbers.segment().set(ValueLayout.JAVA_DOUBLE, at(rank, index), value);
    }

    /** Returns a number of any rank. */
    double get(int of, int index) {
        return numbers.segment().get(ValueLayout.JAVA_DOUBLE, at(of, index));
    }

    /** Returns the sum over the ranks, in their order. */
    double sum(int index) {
        double sum = get(0, index);
        for (int other = 1; other < size; other++) {
            sum += get(other, index);
        }
        return sum;
    }

    /** Sends the first numbers of this rank to all others and receives theirs. */
    void gather(ProcessGroup group, int count) {
        outgoing.in(numbers.segment());
        incoming.in(numbers.segment());
        for (int other = 0; other < size; other++) {
            if (other != rank) {
                outgoing.set(other, at(rank, 0), (long) Double.BYTES * count);
                incoming.set(other, at(other, 0), (long) Double.BYTES * count);
            }
        }
        group.exchange(outgoing, incoming);
    }
}
