package dev.gatun.dist.codec;

import dev.gatun.dist.Parts;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.codec.GradientCompression.Sign;
import java.lang.foreign.MemorySegment;

/** Takes the majority's sign of each element: each rank counts the votes for a part of the runs, and tells all. */
final class SignCodec implements Codec {
    private static final int LANES = 4;

    private final Sign.Scale scale;
    private final Tensors tensors;
    private final int rank;
    private final int size;
    private final RankNumbers magnitudes;
    private final SignPlanes own;
    private final SignPlanes received;
    private final SignPlanes voted;
    private final SignVote vote;
    private final long[] negative = new long[SignPlanes.WORDS];
    private final long[] zero = new long[SignPlanes.WORDS];
    private final long[] zerosAt;
    private final Parts outgoing;
    private final Parts incoming;

    SignCodec(Sign.Scale scale, Tensors tensors, long slabBytes, ProcessGroup group, CodecMemory memory) {
        this.scale = scale;
        this.tensors = tensors;
        rank = group.rank();
        size = group.size();
        long runs = runs(slabBytes / Float.BYTES);
        long share = (runs + size - 1) / size;
        magnitudes = new RankNumbers(tensors.count(), group, memory);
        own = new SignPlanes("signs", runs, memory);
        received = new SignPlanes("signs of all ranks", share * size, memory);
        voted = new SignPlanes("the majority's signs", share, memory);
        vote = new SignVote(size);
        zerosAt = new long[size];
        outgoing = new Parts(size);
        incoming = new Parts(size);
    }

    private static long runs(long elements) {
        return (elements + SignPlanes.RUN - 1) / SignPlanes.RUN;
    }

    /** The first run that a rank counts the votes for. */
    private int begin(int runs, int of) {
        return (int) ((long) runs * of / size);
    }

    @Override
    public void reduce(ProcessGroup group, MemorySegment gradients, long at, int elements, int first, int end) {
        if (first == end) {
            return; // padding only
        }
        if (!sumMagnitudes(group, gradients, first, end)) {
            Floats.fill(gradients, at, elements, Float.NaN);
            return;
        }
        int runs = (int) runs(elements);
        own.clear();
        for (int run = 0; run < runs; run++) {
            int begin = SignPlanes.RUN * run;
            encode(gradients, at + 4L * begin, Math.min(SignPlanes.RUN, elements - begin));
            own.put(run, negative, zero);
        }
        sendVotes(group, runs);
        count(begin(runs, rank + 1) - begin(runs, rank));
        sendResults(group, runs);
        decode(gradients, at, elements, first, end);
    }

    /** Sums the magnitudes of each tensor's gradients on all ranks; returns whether they are finite. */
    private boolean sumMagnitudes(ProcessGroup group, MemorySegment gradients, int first, int end) {
        for (int tensor = first; tensor < end; tensor++) {
            magnitudes.set(tensor - first, magnitude(gradients, tensors.offset(tensor), tensors.elements(tensor)));
        }
        magnitudes.gather(group, end - first);
        double sum = 0;
        for (int tensor = first; tensor < end; tensor++) {
            sum += magnitudes.sum(tensor - first);
        }
        return sum < Double.POSITIVE_INFINITY; // which NaN is not, either
    }

    private static double magnitude(MemorySegment gradients, long at, int elements) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i < elements - LANES + 1; i += LANES) {
            long p = at + 4L * i;
            a += Math.abs(Floats.get(gradients, p));
            b += Math.abs(Floats.get(gradients, p + 4));
            c += Math.abs(Floats.get(gradients, p + 8));
            d += Math.abs(Floats.get(gradients, p + 12));
        }
        for (; i < elements; i++) {
            a += Math.abs(Floats.get(gradients, at + 4L * i));
        }
        return a + b + (c + d);
    }

    /** Reads the signs of a run; elements behind the last are positive. */
    private void encode(MemorySegment gradients, long at, int elements) {
        for (int word = 0; word < SignPlanes.WORDS; word++) {
            long isNegative = 0;
            long isZero = 0;
            long from = at + (long) Float.BYTES * Long.SIZE * word;
            int bits = Math.clamp(elements - (long) Long.SIZE * word, 0, Long.SIZE);
            for (int bit = 0; bit < bits; bit++) {
                int value = Floats.bits(gradients, from + 4L * bit);
                isNegative |= (long) (value >>> 31) << bit;
                isZero |= (long) (((value & Floats.MAGNITUDE) - 1) >>> 31) << bit;
            }
            negative[word] = isNegative;
            zero[word] = isZero;
        }
    }

    private void sendVotes(ProcessGroup group, int runs) {
        int mine = begin(runs, rank + 1) - begin(runs, rank);
        own.recordsIn(outgoing);
        received.recordsIn(incoming);
        for (int other = 0; other < size; other++) {
            SignPlanes.setRecords(outgoing, other, begin(runs, other), begin(runs, other + 1));
            SignPlanes.setRecords(incoming, other, other * mine, (other + 1) * mine);
        }
        group.exchange(outgoing, incoming);
        own.zerosIn(outgoing);
        received.zerosIn(incoming);
        long from = 0;
        long to = 0;
        for (int other = 0; other < size; other++) {
            long sent = own.zeroBytes(begin(runs, other), begin(runs, other + 1));
            long coming = received.zeroBytes(other * mine, (other + 1) * mine);
            outgoing.set(other, from, sent);
            incoming.set(other, to, coming);
            zerosAt[other] = to;
            from += sent;
            to += coming;
        }
        group.exchange(outgoing, incoming);
    }

    /** Counts the votes of all ranks for this rank's runs. */
    private void count(int runs) {
        voted.clear();
        for (int run = 0; run < runs; run++) {
            vote.clear();
            for (int other = 0; other < size; other++) {
                zerosAt[other] = received.get(other * runs + run, zerosAt[other], negative, zero);
                vote.add(negative, zero);
            }
            vote.decide(negative, zero);
            voted.put(run, negative, zero);
        }
    }

    private void sendResults(ProcessGroup group, int runs) {
        int mine = begin(runs, rank + 1) - begin(runs, rank);
        voted.recordsIn(outgoing);
        own.recordsIn(incoming);
        for (int other = 0; other < size; other++) {
            SignPlanes.setRecords(outgoing, other, 0, mine);
            SignPlanes.setRecords(incoming, other, begin(runs, other), begin(runs, other + 1));
        }
        group.exchange(outgoing, incoming);
        voted.zerosIn(outgoing);
        own.zerosIn(incoming);
        long sent = voted.zeroBytes(0, mine);
        long to = 0;
        for (int other = 0; other < size; other++) {
            long coming = own.zeroBytes(begin(runs, other), begin(runs, other + 1));
            outgoing.set(other, 0, sent);
            incoming.set(other, to, coming);
            to += coming;
        }
        group.exchange(outgoing, incoming);
    }

    private void decode(MemorySegment gradients, long at, int elements, int first, int end) {
        long zeros = 0;
        int tensor = first;
        for (int run = 0; run < runs(elements); run++) {
            zeros = own.get(run, zeros, negative, zero);
            long begin = (long) SignPlanes.RUN * run;
            long stop = Math.min(begin + SignPlanes.RUN, elements);
            while (tensor < end) {
                long from = (tensors.offset(tensor) - at) / Float.BYTES;
                long to = from + tensors.elements(tensor);
                write(gradients, at + 4 * begin, (int) (Math.max(from, begin) - begin),
                        (int) (Math.min(to, stop) - begin), value(tensor, first));
                if (to > stop) {
                    break; // goes on in the next run
                }
                tensor++;
            }
        }
    }

    private float value(int tensor, int first) {
        return switch (scale) {
            case MEAN -> (float) (magnitudes.sum(tensor - first) / tensors.elements(tensor));
            case NONE -> size;
        };
    }

    private void write(MemorySegment gradients, long at, int begin, int end, float value) {
        int positive = Float.floatToRawIntBits(value);
        for (int i = begin; i < end; i++) {
            int isNegative = (int) (negative[i / Long.SIZE] >>> i) << 31;
            int isNotZero = (int) ((zero[i / Long.SIZE] >>> i) & 1) - 1;
            Floats.set(gradients, at + 4L * i, Float.intBitsToFloat((positive | isNegative) & isNotZero));
        }
    }
}
