package dev.gatun.train.parallel;

import dev.gatun.engine.GradientListener;
import dev.gatun.memory.Bytes;
import dev.gatun.memory.LifetimePlanner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Gradients that are summed over the ranks when the last of them is final.
 *
 * @param ranges where they are in the slab: those that lie together are one range
 * @param held   bytes of the tensors, without what lies between them
 */
record Bucket(List<Range> ranges, long held) {
    /**
     * A range of the slab that holds whole tensors.
     *
     * @param offset offset of the first in the slab, in bytes
     * @param bytes  bytes from there to the end of the last
     */
    record Range(long offset, long bytes) {
        private boolean endsBefore(Range next) {
            return Bytes.alignUp(offset + bytes, LifetimePlanner.ALIGNMENT) == next.offset;
        }

        private Range and(Range next) {
            return new Range(offset, next.offset + next.bytes - offset);
        }
    }

    /**
     * Divides the slab.
     *
     * @param finals tells of each gradient in the order in which a backward pass makes them final
     * @param sizes  how large buckets are
     * @return all buckets in the order in which they become final
     */
    static List<Bucket> of(Consumer<GradientListener> finals, BucketSizes sizes) {
        List<Bucket> buckets = new ArrayList<>();
        List<Range> open = new ArrayList<>();
        finals.accept((offset, bytes) -> {
            long limit = buckets.isEmpty() ? sizes.first() : sizes.others();
            if (!open.isEmpty() && held(open) + bytes > limit) {
                buckets.add(of(open));
                open.clear();
            }
            open.add(new Range(offset, bytes));
        });
        if (!open.isEmpty()) {
            buckets.add(of(open));
        }
        return List.copyOf(buckets);
    }

    private static long held(List<Range> tensors) {
        return tensors.stream().mapToLong(Range::bytes).sum();
    }

    private static Bucket of(List<Range> tensors) {
        List<Range> ranges = new ArrayList<>();
        for (Range tensor : tensors.stream().sorted(Comparator.comparingLong(Range::offset)).toList()) {
            if (!ranges.isEmpty() && ranges.getLast().endsBefore(tensor)) {
                ranges.add(ranges.removeLast().and(tensor));
            } else {
                ranges.add(tensor);
            }
        }
        return new Bucket(List.copyOf(ranges), held(tensors));
    }
}
