package dev.gatun.onednn.primitive;

import dev.gatun.op.Convolution;
import dev.gatun.shape.Shape;
import java.util.function.Predicate;

/**
 * Where implementations of oneDNN 3.11 fail, as comparisons of every primitive with plain loops over small and very
 * large extents have shown: such an implementation is passed over, and the next one taken.
 */
public final class Faults {
    /** Fewer channels than a vector register may hold. */
    private static final long FEW_CHANNELS = 16;

    /** Images of a batch, of which oneDNN's convolutions divide by zero when they block more. */
    private static final long MOST_IMAGES = 1L << 26;

    private Faults() {}

    /** Nothing is passed over. */
    public static Predicate<String> none() {
        return _ -> false;
    }

    /**
     * The weights' gradient of a 1x1 convolution by strides: on two threads it is wrong, or never ends, where the
     * channels fill no register.
     */
    public static Predicate<String> convolutionBackwardWeights(Shape x, Convolution op) {
        boolean strided = op.axes().stream().anyMatch(axis -> axis.stride() > 1);
        return strided && x.extent(1) < FEW_CHANNELS
                ? implementation -> implementation.startsWith("jit_1x1:") : none();
    }

    /**
     * The images' gradient of a convolution by strides: one implementation reads past the end of its operands where the
     * results fill no register.
     *
     * @param results channels of the convolution's results
     */
    public static Predicate<String> convolutionBackwardData(long results, Convolution op) {
        boolean strided = op.axes().stream().anyMatch(axis -> axis.stride() > 1);
        return strided && results % FEW_CHANNELS != 0
                ? implementation -> implementation.startsWith("brgconv_strided:") : none();
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
