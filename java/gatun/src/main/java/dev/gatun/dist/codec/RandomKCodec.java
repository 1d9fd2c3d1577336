package dev.gatun.dist.codec;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.memory.HostBuffer;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Sums random elements of gradients and errors, which are the same on all ranks. */
final class RandomKCodec implements Codec {
    private final double fraction;
    private final long seed;
    private final ErrorMemory errors;
    private final CallCounts calls;
    /** The values that are sent, and one that is NaN when a gradient is not finite. */
    private final HostBuffer sent;

    RandomKCodec(GradientCompression.RandomK options, Tensors tensors, long slabBytes, CodecMemory memory) {
        fraction = options.fraction();
        seed = options.seed();
        errors = new ErrorMemory(slabBytes, memory);
        calls = new CallCounts(tensors.count(), memory);
        int most = TopKCodec.count(fraction, (int) Math.min(Integer.MAX_VALUE, slabBytes / Float.BYTES));
        sent = memory.staging("random gradients", Float.BYTES * (most + 1L));
    }

    @Override
    public void reduce(ProcessGroup group, MemorySegment gradients, long at, int elements, int first, int end) {
        int count = TopKCodec.count(fraction, elements);
        long key = mix(mix(seed) + at) + calls.next(first);
        MemorySegment values = sent.segment();
        errors.addTo(gradients, at, elements);
        for (int i = 0; i < count; i++) {
            Floats.set(values, 4L * i, Floats.get(gradients, at + 4L * index(key, i, count, elements)));
        }
        Floats.set(values, 4L * count, Floats.areFinite(gradients, at, elements) ? 0 : Float.NaN);
        group.allReduce(values, 0, 4L * (count + 1), Reduction.SUM);
        if (Float.isNaN(Floats.get(values, 4L * count))) {
            Floats.fill(gradients, at, elements, Float.NaN);
            return;
        }
        MemorySegment kept = errors.segment();
        Floats.copy(gradients, at, kept, at, elements);
        Floats.fill(gradients, at, elements, 0);
        for (int i = 0; i < count; i++) {
            long offset = at + 4L * index(key, i, count, elements);
            Floats.set(kept, offset, 0);
            Floats.set(gradients, offset, Floats.get(values, 4L * i));
        }
    }

    /** One index of each of {@code count} runs that differ in length by one at most. */
    private static int index(long key, int run, int count, int elements) {
        long begin = (long) run * elements / count;
        long length = (run + 1L) * elements / count - begin;
        return (int) (begin + Math.unsignedMultiplyHigh(mix(key ^ mix(run)), length));
    }

    /** A bijection that changes half of the bits for each that is changed: that of SplitMix64 (Steele et al., 2014). */
    private static long mix(long number) {
        long z = number + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    @Override
    public List<CodecState> states() {
        return List.of(errors.state(), calls.state());
    }

    @Override
    public void scaleErrors(float factor) {
        errors.scale(factor);
    }
}
