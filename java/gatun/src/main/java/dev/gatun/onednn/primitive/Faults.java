package dev.gatun.onednn.primitive;

import dev.gatun.op.Convolution;
import dev.gatun.op.Slide;
import dev.gatun.shape.Shape;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Where implementations of oneDNN 3.11 fail, as comparisons of every primitive with plain loops over small and very
 * large extents have shown: such an implementation is passed over, and the next one taken.
 */
public final class Faults {
    /** Fewer channels than a vector register may hold. */
    private static final long FEW_CHANNELS = 16;

    /** The direct kernel of 1x1 windows in bf16. */
    private static final String SMALLEST_IN_BF16 = "jit_bf16_1x1:";

    /** Numbers of 16 bits in a row of a tile. */
    private static final long TILE = 32;

    /** Spatial axes of a convolution; the first of them in {@code (N, C, spatial...)} and in weights. */
    private static final int MOST_AXES = 3;

    private static final int FIRST = 2;

    /** Images of a batch, of which oneDNN's convolutions divide by zero when they block more. */
    private static final long MOST_IMAGES = 1L << 26;

    private Faults() {}

    /** Nothing is passed over. */
    public static Predicate<String> none() {
        return _ -> false;
    }

    /**
     * A convolution by products of small matrices: it is wrong where strides along the last axis leave one result of a
     * row, and where windows reach along three axes into images of depth 1; and where strides along another axis skip
     * elements, it writes over what it still has to read, or past the end of its results; where a window lies beside
     * the images, it reads where there is nothing. That by tiles is wrong where several tiles hold a row of a window,
     * but none the channels of an element. That of 1x1 in bf16: see {@link #isPartial}.
     *
     * @param x {@code (N, C, spatial...)}
     * @param w {@code (O, C / groups, window...)}
     * @param y {@code (N, O, spatial...)}
     */
    public static Predicate<String> convolution(Shape x, Shape w, Shape y, Convolution op) {
        int last = op.axes().size() - 1;
        boolean single = op.axes().get(last).stride() > 1 && y.extent(FIRST + last) == 1;
        boolean flat = last + 1 == MOST_AXES && x.extent(FIRST) == 1 && w.extent(FIRST) > 1;
        boolean skips = IntStream.range(0, last)
                .anyMatch(axis -> op.axes().get(axis).stride() > w.extent(FIRST + axis));
        boolean beside = IntStream.rangeClosed(0, last).anyMatch(axis ->
                isBeside(op.axes().get(axis), x.extent(FIRST + axis), w.extent(FIRST + axis)));
        long row = w.extent(1) * w.extent(FIRST + last);
        boolean tiled = row > TILE && row % TILE == 0 && w.extent(1) % TILE != 0;
        boolean partial = isPartial(w, op);
        return implementation -> (implementation.startsWith("brg_conv_fwd:")
                && (single || flat || skips || beside || (tiled && hasTiles(implementation))))
                || (partial && implementation.startsWith(SMALLEST_IN_BF16));
    }

    /**
     * Whether channels leave a register partly empty: then the direct kernel of 1x1 windows in bf16 reads and writes
     * beside the tensors.
     */
    private static boolean isPartial(Shape w, Convolution op) {
        return w.extent(0) / op.groups() % FEW_CHANNELS != 0 || w.extent(1) % FEW_CHANNELS != 0;
    }

    /**
     * The weights' gradient of a convolution. That of 1x1 by strides is wrong on two threads, or never ends, where the
     * channels fill no register. Direct ones are wrong, or write past the end of their memory, where windows are
     * deep. In bf16, elements of the window that meet nothing but padding may get what scratch memory held; and the
     * direct one by tiles is wrong where the window is dilated, and writes past the end along three axes. That of 1x1
     * in bf16: see {@link #isPartial}.
     *
     * @param x {@code (N, C, spatial...)}
     * @param w {@code (O, C / groups, window...)}
     */
    public static Predicate<String> convolutionBackwardWeights(Shape x, Shape w, Convolution op) {
        List<Slide> axes = op.axes();
        Predicate<String> faulty = isPartial(w, op)
                ? implementation -> implementation.startsWith(SMALLEST_IN_BF16) : none();
        if (axes.stream().anyMatch(axis -> axis.stride() > 1) && x.extent(1) < FEW_CHANNELS) {
            faulty = faulty.or(implementation -> implementation.startsWith("jit_1x1:"));
        }
        if (axes.size() == MOST_AXES && isDeep(axes.getFirst(), x.extent(FIRST), w.extent(FIRST))) {
            faulty = faulty.or(implementation -> implementation.startsWith("jit"));
        }
        if (axes.size() == MOST_AXES || axes.stream().anyMatch(axis -> axis.dilation() > 1)) {
            faulty = faulty.or(implementation -> implementation.startsWith("jit:") && hasTiles(implementation));
        }
        boolean[] idle = new boolean[axes.size()];
        for (int i = 0; i < idle.length; i++) {
            idle[i] = isIdle(axes.get(i), x.extent(FIRST + i), w.extent(FIRST + i));
        }
        if (IntStream.range(0, idle.length).anyMatch(i -> idle[i])) {
            faulty = faulty.or(implementation -> implementation.startsWith("jit_bf16:"));
        }
        return idle[idle.length - 1] && axes.getLast().stride() > 1 ? faulty.or(Faults::hasTiles) : faulty;
    }

    /** Whether a window is longer than an axis, or, where it moves by strides in wide padding, than half of one. */
    private static boolean isDeep(Slide axis, long extent, long size) {
        long reach = axis.reach(size);
        boolean padded = axis.stride() > 1 && Math.max(axis.before(), axis.after()) >= axis.stride();
        return reach > extent || (padded && 2 * reach > extent);
    }

    /** Whether some element of a window meets nothing but padding, wherever the window lies. */
    private static boolean isIdle(Slide axis, long extent, long size) {
        return LongStream.range(0, size).anyMatch(element -> {
            long first = Math.max(0, Math.ceilDiv(-axis.source(0, element), axis.stride())); // not before the image
            return first >= axis.windows(extent, size) || axis.source(first, element) >= extent;
        });
    }

    /** Whether some window meets nothing but padding. */
    private static boolean isBeside(Slide axis, long extent, long size) {
        return LongStream.range(0, axis.windows(extent, size)).anyMatch(window -> LongStream.range(0, size)
                .allMatch(element -> axis.source(window, element) < 0 || axis.source(window, element) >= extent));
    }

    /** Whether an implementation multiplies tiles, which processors with AMX have. */
    private static boolean hasTiles(String implementation) {
        return implementation.contains("_amx");
    }

    /**
     * The images' gradient of a convolution. By strides, one implementation reads past the end of its operands where
     * the results fill no register. That of 1x1 in bf16: see {@link #isPartial}.
     *
     * @param w {@code (O, C / groups, window...)}
     */
    public static Predicate<String> convolutionBackwardData(Shape w, Convolution op) {
        boolean strided = op.axes().stream().anyMatch(axis -> axis.stride() > 1) && w.extent(0) % FEW_CHANNELS != 0;
        boolean partial = isPartial(w, op);
        return implementation -> (strided && implementation.startsWith("brgconv_strided:"))
                || (partial && implementation.startsWith(SMALLEST_IN_BF16));
    }

    /**
     * Inner products by way of oneDNN's matrix product: where an extent is 1, kernels of other problems are taken from
     * the primitive cache, and read memory that is not theirs.
     *
     * @param x {@code (N, features...)}
     */
    public static Predicate<String> linear(Shape x, long outputs) {
        long batch = x.extent(0);
        return batch == 1 || outputs == 1 || features(x) == 1
                ? implementation -> implementation.startsWith("brg_matmul:") : none();
    }

    /**
     * Convolutions of more images than any memory holds end the process by a division by zero.
     *
     * @throws PrimitiveDescriptor.UnimplementedException when there are more
     */
    public static void checkImages(Shape x) {
        if (x.extent(0) > MOST_IMAGES) {
            throw new PrimitiveDescriptor.UnimplementedException("a convolution takes at most " + MOST_IMAGES
                    + " images in a batch, got " + x.extent(0));
        }
    }

    private static long features(Shape x) {
        return x.elements() / Math.max(1, x.extent(0));
    }

    /**
     * oneDNN counts the features of an inner product and the extents of a matrix in 32 bits, and divides by what is
     * left.
     *
     * @throws PrimitiveDescriptor.UnimplementedException when there are more
     */
    public static void checkCountable(String what, long extent) {
        if (extent > Integer.MAX_VALUE) {
            throw new PrimitiveDescriptor.UnimplementedException("oneDNN counts " + what + " in 32 bits, got "
                    + extent);
        }
    }

    /** The same of all features of {@code (N, features...)}. */
    public static void checkFeatures(Shape x) {
        checkCountable("the features of a linear layer", features(x));
    }
}
