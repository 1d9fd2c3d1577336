package dev.gatun.train.parallel;

import dev.gatun.backend.Device;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.memory.Buffer;
import dev.gatun.train.parallel.server.HostView;
import dev.gatun.train.step.GradientPhase;
import dev.gatun.train.step.StepState;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sums the gradients of all ranks, bucket by bucket, on a thread of its own, while the backward pass computes those
 * that are still missing. The phase waits for the last bucket. All ranks sum the same buckets in the same order: that
 * in which they become final in the first program of all ranks.
 *
 * <p>On a device whose memory the host cannot read, all gradients are summed after the backward pass, by way of memory
 * of the host.
 */
public final class GradientReduction implements GradientPhase, AutoCloseable {
    private final ProcessGroup group;
    private final long slabBytes;
    private final HostView view;
    private final Bucket[] buckets;
    private final Bucket.Range[] ranges;
    private final int[] bucketOf; // of each range
    private final long[] missing; // of each bucket, in bytes
    private final Communicator communicator;
    private final Timing timing;
    private boolean enabled = true;

    /** When gradients are summed. */
    enum Timing {
        /** As soon as a bucket is final. */
        DURING_BACKWARD,
        /**
         * When all are: where the backward pass has sums of its own, whose order with these would be left to chance.
         */
        AFTER_BACKWARD
    }

    /** Sums a range of the slab over the ranks. */
    @FunctionalInterface
    public interface Reducer {
        /** Replaces the range by its sum over the ranks, the same on each. */
        void reduce(MemorySegment gradients, long offset, long bytes);
    }

    /**
     * Starts the thread that sums.
     *
     * @param program the first program of a run
     * @param timing  when gradients are summed
     * @param reducer sums a range
     */
    GradientReduction(
            Device device, Program program, Variables variables, BucketSizes sizes, ProcessGroup group, Timing timing,
            Reducer reducer) {
        this.timing = timing;
        this.group = group;
        Buffer gradients = variables.gradients();
        slabBytes = gradients.bytes();
        List<Bucket> plan = Bucket.of(program::gradientOrder, sizes);
        buckets = plan.toArray(Bucket[]::new);
        ranges = plan.stream().flatMap(bucket -> bucket.ranges().stream()).toArray(Bucket.Range[]::new);
        bucketOf = IntStream.range(0, buckets.length)
                .flatMap(i -> buckets[i].ranges().stream().mapToInt(_ -> i)).toArray();
        missing = new long[buckets.length];
        view = new HostView(device, gradients, "gradients on their way");
        MemorySegment memory = view.segment();
        communicator = new Communicator(buckets.length, bucket -> {
            for (int i = 0; i < ranges.length; i++) {
                if (bucketOf[i] == bucket) {
                    reducer.reduce(memory, ranges[i].offset(), ranges[i].bytes());
                }
            }
        }, "gatun-reduction-" + group.rank());
        begin();
    }

    private void begin() {
        for (int i = 0; i < buckets.length; i++) {
            missing[i] = buckets[i].held();
        }
    }

    /** Returns how long sums have taken so far, and how long steps have waited for them. */
    public CommunicationTime time() {
        return communicator.time(group.transport().sentBytes());
    }

    /** Sets whether gradients are summed from the next step on; otherwise each rank keeps its own. */
    void enable(boolean summed) {
        enabled = summed;
    }

    @Override
    public void onFinal(long firstByte, long bytes) {
        if (!enabled) {
            return;
        }
        boolean all = firstByte == 0 && bytes == slabBytes;
        for (int i = 0; i < ranges.length; i++) {
            if (all) {
                missing[bucketOf[i]] = 0;
            } else if (ranges[i].offset() <= firstByte && firstByte < ranges[i].offset() + ranges[i].bytes()) {
                missing[bucketOf[i]] -= bytes;
            }
        }
        if (!view.isCopy() && timing == Timing.DURING_BACKWARD) {
            handOver();
        }
    }

    /** What is final may be summed, up to the first bucket that is not. */
    private void handOver() {
        int ready = communicator.handedOver();
        while (ready < buckets.length && missing[ready] == 0) {
            ready++;
        }
        communicator.handOver(ready);
    }

    @Override
    public void run(StepState step) {
        if (!enabled) {
            return;
        }
        view.fetch();
        handOver();
        for (int i = 0; i < buckets.length; i++) {
            if (missing[i] != 0) {
                throw new IllegalStateException("the gradients of a step are not all final: " + missing[i]
                        + " bytes of bucket " + i + " are missing");
            }
        }
        communicator.await();
        view.store();
        begin();
    }

    @Override
    public void undo() {
        communicator.abandon();
        begin();
    }

    @Override
    public void close() {
        communicator.close();
        view.close();
    }
}
