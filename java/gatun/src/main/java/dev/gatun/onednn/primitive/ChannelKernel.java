package dev.gatun.onednn.primitive;

import dev.gatun.bindings.gatun.gatun_channels;
import dev.gatun.bindings.gatun.gatun_h;
import dev.gatun.shape.DType;
import dev.gatun.shape.Layout;
import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Gatun's own normalisations of images channel by channel, with checked calls; shapes as in {@code gatun.h}.
 *
 * @param channels the {@code gatun_channels}: how the channels of the images lie
 * @param elements of the images, for messages
 */
public record ChannelKernel(MemorySegment channels, long elements) {
    /** Of images {@code (N, C, ...)} of f32 that lie row-major, with channels last or in one block of channels. */
    public static Optional<ChannelKernel> of(Arena arena, Stored images) {
        Shape shape = images.type().shape();
        long width = width(shape, images.layout());
        if (images.type().dtype() != DType.F32 || shape.elements() == 0 || width == 0) {
            return Optional.empty();
        }
        MemorySegment channels = gatun_channels.allocate(arena);
        gatun_channels.images(channels, shape.extent(0));
        gatun_channels.channels(channels, shape.extent(1));
        gatun_channels.pixels(channels, shape.elements() / shape.extent(0) / shape.extent(1));
        gatun_channels.width(channels, width);
        return Optional.of(new ChannelKernel(channels, shape.elements()));
    }

    /** How many channels lie side by side; 0 for what is none of the layouts that are known. */
    private static long width(Shape shape, Layout layout) {
        if (layout.isChannelsLast(shape)) {
            return shape.extent(1);
        }
        if (layout.isRowMajor(shape)) {
            return 1;
        }
        if (layout.blockSizes().length != 1 || layout.blockDimensions()[0] != 1) {
            return 0;
        }
        int width = layout.blockSizes()[0];
        return layout.sameLayout(shape, blocked(shape, width)) ? width : 0;
    }

    private static Layout blocked(Shape shape, int width) {
        int rank = shape.rank();
        long blocks = (shape.extent(1) + width - 1) / width;
        long[] extents = shape.extents();
        extents[1] = blocks * width;
        long[] strides = new long[rank];
        long stride = width;
        for (int i = rank - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= i == 1 ? blocks : extents[i];
        }
        return Layout.blocked(strides, extents, new int[] {width}, new int[] {1});
    }

    /**
     * Memory that says how the images lie, as {@code (images, blocks, pixels, width)}, and which of these extents a
     * reduction takes together.
     */
    private Reduction reduction(Arena arena, boolean overImages, int kind, MemorySegment padded) {
        long images = gatun_channels.images(channels);
        long pixels = gatun_channels.pixels(channels);
        long width = gatun_channels.width(channels);
        long blocks = (gatun_channels.channels(channels) + width - 1) / width;
        int over = overImages ? 1 : 0;
        boolean rows = overImages && blocks == 1; // of all images, one behind the other
        MemorySegment extents = rows ? arena.allocateFrom(ValueLayout.JAVA_LONG, images * pixels, width)
                : arena.allocateFrom(ValueLayout.JAVA_LONG, images, blocks, pixels, width);
        MemorySegment reduced = rows ? arena.allocateFrom(ValueLayout.JAVA_INT, 1, 0)
                : arena.allocateFrom(ValueLayout.JAVA_INT, over, 0, 1, 0);
        return new Reduction(kind, rows ? 2 : 4, extents, reduced, padded);
    }

    /**
     * A reduction that is ready to be run, in double.
     *
     * @param padded where its results go first, if padding lies behind those that are wanted; {@link
     *               MemorySegment#NULL} if not
     */
    public record Reduction(
            int kind, int rank, MemorySegment extents, MemorySegment reduced, MemorySegment padded) {
        public void run(MemorySegment src, MemorySegment dst) {
            if (padded.equals(MemorySegment.NULL)) {
                Kernels.reduceForward(kind, rank, extents, reduced, src, dst);
            } else {
                Kernels.reduceForward(kind, rank, extents, reduced, src, padded);
                MemorySegment.copy(padded, 0, dst, 0, Math.min(dst.byteSize(), padded.byteSize()));
            }
        }
    }

    /** The sum of each channel over all images. */
    public Reduction sumOfChannels(Arena arena) {
        long count = gatun_channels.channels(channels);
        long width = gatun_channels.width(channels);
        MemorySegment padded = count % width == 0 ? MemorySegment.NULL
                : arena.allocate(ValueLayout.JAVA_FLOAT, Math.ceilDiv(count, width) * width);
        return reduction(arena, true, gatun_h.GATUN_REDUCE_SUM(), padded);
    }

    /** The mean of each channel of each image, with padding as the images have it. */
    public Reduction meanOfPixels(Arena arena) {
        return reduction(arena, false, gatun_h.GATUN_REDUCE_MEAN(), MemorySegment.NULL);
    }

    /** Bytes of scratch memory of a batch normalisation. */
    public long batchScratchBytes() {
        long bytes = gatun_h.gatun_batch_normalization_scratch(channels);
        if (bytes < 0) {
            throw new IllegalArgumentException("a batch normalisation of " + elements
                    + " elements has no scratch memory: the sizes are too large");
        }
        return bytes;
    }

    /**
     * What a normalisation reads and writes: images, a number for each channel, and statistics.
     *
     * @param addend added to what is normalised, by batch normalisation alone; {@link MemorySegment#NULL} for nothing
     */
    public record Forward(
            MemorySegment src, MemorySegment scale, MemorySegment shift, MemorySegment addend, MemorySegment dst,
            MemorySegment mean, MemorySegment variance, MemorySegment scratch) {}

    public void batchForward(Forward of, double epsilon, int relu) {
        Kernels.check(gatun_h.gatun_batch_normalization_forward(
                channels, of.src, epsilon, of.scale, of.shift, of.addend, relu, of.dst, of.mean, of.variance,
                of.scratch),
                "gatun_batch_normalization_forward", elements);
    }

    /** Mean and variance of each channel, without a normalisation. */
    public void statistics(MemorySegment src, MemorySegment mean, MemorySegment variance, MemorySegment scratch) {
        MemorySegment none = MemorySegment.NULL;
        Kernels.check(gatun_h.gatun_batch_normalization_forward(
                channels, src, 0, none, none, none, 0, none, mean, variance, scratch),
                "gatun_batch_normalization_forward", elements);
    }

    /** What its gradient reads and writes; a shift is read where a ReLU follows. */
    public record Backward(
            MemorySegment src, MemorySegment diffDst, MemorySegment scale, MemorySegment shift, MemorySegment mean,
            MemorySegment variance, MemorySegment diffSrc, MemorySegment diffScale, MemorySegment diffShift,
            MemorySegment scratch) {}

    public void batchBackward(Backward of, double epsilon, int relu, int frozen) {
        Kernels.check(gatun_h.gatun_batch_normalization_backward(
                channels, of.src, of.diffDst, of.mean, of.variance, epsilon, of.scale, of.shift, relu, frozen,
                of.diffSrc, of.diffScale, of.diffShift, of.scratch),
                "gatun_batch_normalization_backward", elements);
    }

    /** Bytes of scratch memory of a group normalisation, with the present number of threads. */
    public long groupScratchBytes(long groups) {
        long bytes = gatun_h.gatun_group_normalization_scratch(channels, groups);
        if (bytes < 0) {
            throw new IllegalArgumentException("a normalisation of " + elements + " elements in " + groups
                    + " groups has no scratch memory: the sizes are too large");
        }
        return bytes;
    }

    public void groupForward(Forward of, long groups, double epsilon) {
        Kernels.check(gatun_h.gatun_group_normalization_forward(
                channels, groups, of.src, epsilon, of.scale, of.shift, of.dst, of.mean, of.variance, of.scratch,
                of.scratch.byteSize()), "gatun_group_normalization_forward", elements);
    }

    public void groupBackward(Backward of, long groups, double epsilon) {
        Kernels.check(gatun_h.gatun_group_normalization_backward(
                channels, groups, of.src, of.diffDst, of.mean, of.variance, epsilon, of.scale, of.diffSrc,
                of.diffScale, of.diffShift, of.scratch, of.scratch.byteSize()),
                "gatun_group_normalization_backward", elements);
    }
}
