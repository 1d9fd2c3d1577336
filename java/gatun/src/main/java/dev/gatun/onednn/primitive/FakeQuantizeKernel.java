package dev.gatun.onednn.primitive;

import dev.gatun.bindings.gatun.gatun_h;
import java.lang.foreign.MemorySegment;

/**
 * Rounding to integers of few bits over {@code (outer, channels, inner)} elements, with a scale for each channel, with
 * checked calls; shapes as in {@code gatun.h}.
 *
 * @param low  the least integer
 * @param high the greatest integer
 */
public record FakeQuantizeKernel(long outer, long channels, long inner, int low, int high) {
    /** {@code zeroPoint} is {@link MemorySegment#NULL} for 0. */
    public void forward(MemorySegment x, MemorySegment scale, MemorySegment zeroPoint, MemorySegment y) {
        Kernels.check(gatun_h.gatun_fake_quantize_forward(outer, channels, inner, low, high, x, scale, zeroPoint, y),
                "gatun_fake_quantize_forward", outer * channels * inner);
    }

    /** What the gradient reads and writes; {@link MemorySegment#NULL} for no zero point or no diff of scales. */
    public record Backward(
            MemorySegment diffY, MemorySegment x, MemorySegment scale, MemorySegment zeroPoint, MemorySegment diffX,
            MemorySegment diffScale) {}

    /** {@code factor} multiplies the gradient of the scales. */
    public void backward(Backward of, double factor) {
        Kernels.check(gatun_h.gatun_fake_quantize_backward(outer, channels, inner, low, high, factor, of.diffY, of.x,
                of.scale, of.zeroPoint, of.diffX, of.diffScale), "gatun_fake_quantize_backward",
                outer * channels * inner);
    }
}
