package dev.gatun.onednn.primitive;

import dev.gatun.bindings.gatun.gatun_h;
import java.lang.foreign.MemorySegment;

/**
 * Gatun's own normalisation of rows, with checked calls; shapes as in {@code gatun.h}.
 *
 * @param rows     how many there are
 * @param features elements of each
 */
public record RowKernel(long rows, long features) {
    /** Bytes of scratch memory. */
    public long scratchBytes() {
        long bytes = gatun_h.gatun_layer_normalization_scratch(rows, features);
        if (bytes < 0) {
            throw new IllegalArgumentException("a normalisation of " + rows + " rows of " + features
                    + " elements has no scratch memory: the sizes are too large, or there are no elements");
        }
        return bytes;
    }

    /**
     * What a normalisation reads and writes.
     *
     * @param scale {@link MemorySegment#NULL} for 1, as shift for 0
     * @param mean  {@link MemorySegment#NULL} for RMS normalisation, whose variance is the mean square
     */
    public record Forward(
            MemorySegment src, MemorySegment scale, MemorySegment shift, MemorySegment dst, MemorySegment mean,
            MemorySegment variance, MemorySegment scratch) {}

    public void forward(Forward of, double epsilon) {
        Kernels.check(gatun_h.gatun_layer_normalization_forward(
                rows, features, of.src, epsilon, of.scale, of.shift, of.dst, of.mean, of.variance, of.scratch,
                of.scratch.byteSize()), "gatun_layer_normalization_forward", rows * features);
    }

    /** What its gradient reads and writes; {@link MemorySegment#NULL} where there is no scale, shift or mean. */
    public record Backward(
            MemorySegment src, MemorySegment diffDst, MemorySegment scale, MemorySegment mean,
            MemorySegment variance, MemorySegment diffSrc, MemorySegment diffScale, MemorySegment diffShift,
            MemorySegment scratch) {}

    public void backward(Backward of, double epsilon) {
        Kernels.check(gatun_h.gatun_layer_normalization_backward(
                rows, features, of.src, of.diffDst, of.mean, of.variance, epsilon, of.scale, of.diffSrc, of.diffScale,
                of.diffShift, of.scratch, of.scratch.byteSize()), "gatun_layer_normalization_backward",
                rows * features);
    }
}
