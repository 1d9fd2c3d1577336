package dev.gatun.onednn.plan;

import dev.gatun.backend.HostBinding;
import dev.gatun.backend.Kernel;
import dev.gatun.onednn.primitive.Kernels;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Optional;

/**
 * The mean and the variance of each channel, in double, for batches in which plain sums in f32, such as oneDNN's, lose
 * digits: the variance of 65,000 values a channel is off by 4e-6, of 400,000 by 2e-5. Such batches do not fit a cache,
 * and reading them once instead of twice is faster too; small ones are oneDNN's.
 *
 * @param outer how often all channels follow
 * @param rows  how often the channels of a group follow within it
 * @param width channels that lie side by side
 */
public record BatchStatistics(long outer, long groups, long rows, long width, long channels) {
    private static final long MANY = 32_768; // values a channel

    /** How a tensor is seen, where it is large and its layout is one of those that activations have. */
    public static Optional<BatchStatistics> of(Stored source) {
        Shape shape = source.type().shape();
        int rank = shape.rank();
        if (source.type().dtype() != DType.F32 || rank < 3
                || shape.elements() / Math.max(1, shape.extent(1)) < MANY) {
            return Optional.empty();
        }
        long images = shape.extent(0);
        long channels = shape.extent(1);
        long columns = shape.extent(-1);
        long image = shape.elements() / Math.max(1, images * channels);
        Layout layout = source.layout();
        if (layout.equals(Layout.channelsLast(shape))) {
            return Optional.of(new BatchStatistics(images * (image / columns), 1, columns, channels, channels));
        }
        if (layout.blockSizes().length != 1 || layout.blockDimensions()[0] != 1) {
            return Optional.empty();
        }
        long width = layout.blockSizes()[0];
        long groups = (channels + width - 1) / width;
        long[] dense = new long[rank];
        dense[rank - 1] = width;
        for (int i = rank - 2; i >= 1; i--) {
            dense[i] = dense[i + 1] * shape.extent(i + 1);
        }
        dense[0] = groups * dense[1];
        return Arrays.equals(dense, layout.strides())
                ? Optional.of(new BatchStatistics(images, groups, image, width, channels)) : Optional.empty();
    }

    public long scratchBytes() {
        return Kernels.batchStatisticsScratch(outer, groups, width);
    }

    /** Reads the first input; writes the second and the third output. */
    public Kernel bind(HostBinding binding) {
        MemorySegment src = binding.inputs().getFirst();
        MemorySegment mean = binding.outputs().get(1);
        MemorySegment variance = binding.outputs().get(2);
        MemorySegment scratch = binding.scratch();
        return () -> Kernels.batchStatistics(outer, groups, rows, width, channels, src, mean, variance, scratch);
    }
}
