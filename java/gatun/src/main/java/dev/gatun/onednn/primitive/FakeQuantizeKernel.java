package dev.gatun.onednn.primitive;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Rounding to integers of few bits over {@code (outer, channels, inner)} elements, with a scale for each channel.
 *
 * @param low  the least integer
 * @param high the greatest integer
 */
public record FakeQuantizeKernel(long outer, long channels, long inner, int low, int high) {
    /** {@code zeroPoint} is {@link MemorySegment#NULL} for 0. */
    public void forward(MemorySegment x, MemorySegment scale, MemorySegment zeroPoint, MemorySegment y) {
        for (long i = 0; i < outer * channels * inner; i++) {
            long channel = i / inner % channels;
            float s = get(scale, channel);
            float zero = zero(zeroPoint, channel);
            float q = (float) Math.rint(get(x, i) / s) + zero;
            set(y, i, s * (Math.clamp(q, (float) low, (float) high) - zero));
        }
    }

    /** What the gradient reads and writes; {@link MemorySegment#NULL} where there is no zero point or diff of scales. */
    public record Backward(
            MemorySegment diffY, MemorySegment x, MemorySegment scale, MemorySegment zeroPoint, MemorySegment diffX,
            MemorySegment diffScale) {}

    /** {@code factor} multiplies the gradient of the scales. */
    public void backward(Backward of, double factor) {
        double[] sums = new double[(int) channels];
        for (long i = 0; i < outer * channels * inner; i++) {
            int channel = (int) (i / inner % channels);
            float zero = zero(of.zeroPoint, channel);
            float ratio = get(of.x, i) / get(of.scale, channel);
            float q = (float) Math.rint(ratio) + zero;
            boolean within = !(q < low) && !(q > high);
            float diff = get(of.diffY, i);
            sums[channel] += (double) diff * (within ? (float) Math.rint(ratio) - ratio
                    : Math.clamp(q, (float) low, (float) high) - zero);
            set(of.diffX, i, within ? diff : 0);
        }
        if (!of.diffScale.equals(MemorySegment.NULL)) {
            for (int i = 0; i < channels; i++) {
                set(of.diffScale, i, (float) (sums[i] * factor));
            }
        }
    }

    private static float zero(MemorySegment zeroPoint, long channel) {
        return zeroPoint.equals(MemorySegment.NULL) ? 0 : get(zeroPoint, channel);
    }

    private static float get(MemorySegment segment, long index) {
        return segment.getAtIndex(ValueLayout.JAVA_FLOAT, index);
    }

    private static void set(MemorySegment segment, long index, float value) {
        segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }
}
