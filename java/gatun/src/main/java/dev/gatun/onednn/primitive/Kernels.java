package dev.gatun.onednn.primitive;

import dev.gatun.backend.NativeCallException;
import dev.gatun.bindings.gatun.gatun_h;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Checked calls into Gatun's own kernels; shapes as in {@code gatun.h}. */
public final class Kernels {
    private Kernels() {}

    public static void check(int status, String function, long elements) {
        if (status != gatun_h.GATUN_SUCCESS()) {
            throw new NativeCallException("Gatun kernels", function, gatun_h.gatun_status_name(status).getString(0),
                    status, elements + " elements");
        }
    }

    public static int abiVersion() {
        return gatun_h.gatun_abi_version();
    }

    public static String instructionSet() {
        return gatun_h.gatun_isa_name(gatun_h.gatun_get_isa()).getString(0);
    }

    public static void setThreads(int threads) {
        check(gatun_h.gatun_set_threads(threads), "gatun_set_threads", threads);
    }

    public static void addForward(long elements, MemorySegment a, MemorySegment b, MemorySegment dst) {
        check(gatun_h.gatun_add_forward(elements, a, b, dst), "gatun_add_forward", elements);
    }

    public static void addReluForward(long elements, MemorySegment a, MemorySegment b, MemorySegment dst) {
        check(gatun_h.gatun_add_relu_forward(elements, a, b, dst), "gatun_add_relu_forward", elements);
    }

    /** Converts between floating-point types; {@code from} and {@code to} as {@link FloatFunction#type} gives them. */
    public static void cast(int from, int to, long elements, MemorySegment src, MemorySegment dst) {
        check(gatun_h.gatun_cast(from, to, elements, src, dst), "gatun_cast", elements);
    }

    public static void unaryForward(FloatFunction function, long elements, MemorySegment src, MemorySegment dst) {
        check(gatun_h.gatun_unary_forward(function.code(), function.type(), elements, function.first(),
                function.second(), src, dst), "gatun_unary_forward", elements);
    }

    public static void unaryBackward(
            FloatFunction function, long elements, MemorySegment known, MemorySegment diffDst, MemorySegment diffSrc) {
        check(gatun_h.gatun_unary_backward(function.code(), function.type(), elements, function.first(),
                function.second(), known, diffDst, diffSrc), "gatun_unary_backward", elements);
    }

    /** Zeros before and after along one dimension; places of so many bytes. */
    public static void pad(
            long outer, long before, long extent, long after, long bytes, MemorySegment src, MemorySegment dst) {
        check(gatun_h.gatun_pad(outer, before, extent, after, bytes, src, dst), "gatun_pad",
                outer * (before + extent + after));
    }

    public static void whereForward(
            long elements, MemorySegment condition, MemorySegment a, MemorySegment b, MemorySegment dst) {
        check(gatun_h.gatun_where_forward(elements, condition, a, b, dst), "gatun_where_forward", elements);
    }

    public static void gather(GatherSizes sizes, MemorySegment src, MemorySegment indices, MemorySegment dst) {
        int status = gatun_h.gatun_gather(
                sizes.outer(), sizes.rows(), sizes.inner(), sizes.count(), src, indices, dst);
        checkIndices(status, "gatun_gather", sizes, indices);
    }

    public static void scatterAdd(
            GatherSizes sizes, long skipped, MemorySegment diff, MemorySegment indices, MemorySegment dst) {
        int status = gatun_h.gatun_scatter_add(
                sizes.outer(), sizes.rows(), sizes.inner(), sizes.count(), skipped, diff, indices, dst);
        checkIndices(status, "gatun_scatter_add", sizes, indices);
    }

    /** Labels as vectors of 0 and 1; what is neither a class nor ignored is refused. */
    public static void oneHot(GatherSizes sizes, long ignored, MemorySegment labels, MemorySegment dst) {
        int status = gatun_h.gatun_one_hot(sizes.outer(), sizes.rows(), sizes.inner(), ignored, labels, dst);
        if (status == gatun_h.GATUN_INVALID_LABEL()) {
            throw outside("one_hot", "label", labels, sizes.rows(), ignored);
        }
        check(status, "gatun_one_hot", sizes.outer() * sizes.rows() * sizes.inner());
    }

    public static void argMax(GatherSizes sizes, MemorySegment src, MemorySegment dst) {
        check(gatun_h.gatun_argmax(sizes.outer(), sizes.rows(), sizes.inner(), src, dst), "gatun_argmax",
                sizes.outer() * sizes.rows() * sizes.inner());
    }

    public static void softmaxForward(SoftmaxKernel kernel, MemorySegment src, MemorySegment dst) {
        check(gatun_h.gatun_softmax_forward(kernel.kind(), kernel.outer(), kernel.extent(), kernel.inner(), src, dst),
                "gatun_softmax_forward", kernel.elements());
    }

    public static void softmaxBackward(
            SoftmaxKernel kernel, MemorySegment dst, MemorySegment diffDst, MemorySegment diffSrc) {
        check(gatun_h.gatun_softmax_backward(kernel.kind(), kernel.outer(), kernel.extent(), kernel.inner(), dst,
                diffDst, diffSrc), "gatun_softmax_backward", kernel.elements());
    }

    public static void resampleForward(ResampleTaps taps, MemorySegment src, MemorySegment dst) {
        check(gatun_h.gatun_resample_forward(taps.outer(), taps.extent(), taps.inner(), taps.count(), taps.first(),
                taps.second(), taps.weights(), src, dst), "gatun_resample_forward",
                taps.outer() * taps.count() * taps.inner());
    }

    public static void resampleBackward(ResampleTaps taps, MemorySegment diff, MemorySegment dst) {
        check(gatun_h.gatun_resample_backward(taps.outer(), taps.extent(), taps.inner(), taps.count(), taps.first(),
                taps.second(), taps.weights(), diff, dst), "gatun_resample_backward",
                taps.outer() * taps.extent() * taps.inner());
    }

    /** The line that names the first of some numbers that is no index. */
    private static IllegalArgumentException outside(
            String op, String what, MemorySegment numbers, long extent, long ignored) {
        long at = 0;
        int number = 0;
        for (; at < numbers.byteSize() / Integer.BYTES; at++) {
            number = numbers.getAtIndex(ValueLayout.JAVA_INT, at);
            if (number != ignored && (number < 0 || number >= extent)) {
                break;
            }
        }
        return new IllegalArgumentException(op + ": " + what + " " + number + " at position " + at
                + " lies outside 0 .. " + (extent - 1) + ": look at the data");
    }

    private static void checkIndices(int status, String function, GatherSizes sizes, MemorySegment indices) {
        if (status == gatun_h.GATUN_INVALID_INDEX()) {
            throw outside("gather", "index", indices, sizes.rows(), -1L << 40);
        }
        check(status, function, sizes.outer() * sizes.count() * sizes.inner());
    }

    public static void reluBackwardSum(
            long elements, MemorySegment dst, MemorySegment diffDstA, MemorySegment diffDstB, MemorySegment diffSrc) {
        check(gatun_h.gatun_relu_backward_sum(elements, dst, diffDstA, diffDstB, diffSrc),
                "gatun_relu_backward_sum", elements);
    }

    public static void binaryForward(
            int function, int rank, MemorySegment extents, MemorySegment strideA, MemorySegment strideB,
            MemorySegment a, MemorySegment b, MemorySegment dst) {
        check(gatun_h.gatun_binary_forward(function, rank, extents, strideA, strideB, a, b, dst),
                "gatun_binary_forward", dst.byteSize() / Float.BYTES);
    }

    public static void reduceForward(
            int reduction, int rank, MemorySegment extents, MemorySegment reduced, MemorySegment src,
            MemorySegment dst) {
        check(gatun_h.gatun_reduce_forward(reduction, rank, extents, reduced, src, dst),
                "gatun_reduce_forward", src.byteSize() / Float.BYTES);
    }

    public static void dropout(
            long elements, MemorySegment src, MemorySegment dst, double rate, MemorySegment random, int stream) {
        check(gatun_h.gatun_dropout(elements, src, dst, rate, random, stream), "gatun_dropout", elements);
    }

    public static void softmaxCrossEntropyForward(
            long rows, long classes, MemorySegment logits, MemorySegment labels, MemorySegment probabilities,
            MemorySegment loss, MemorySegment correct) {
        int status =
                gatun_h.gatun_softmax_cross_entropy_forward(rows, classes, logits, labels, probabilities, loss,
                correct);
        if (status == gatun_h.GATUN_INVALID_LABEL()) {
            throw outside("softmax_cross_entropy", "label", labels, classes, -1L << 40);
        }
        check(status, "gatun_softmax_cross_entropy_forward", rows * classes);
    }

    public static void softmaxCrossEntropyBackward(
            long rows, long classes, MemorySegment probabilities, MemorySegment labels, MemorySegment scale,
            MemorySegment diffLogits) {
        check(gatun_h.gatun_softmax_cross_entropy_backward(rows, classes, probabilities, labels, scale, diffLogits),
                "gatun_softmax_cross_entropy_backward", rows * classes);
    }

    public static void updateRunningStatistics(
            long channels, long count, double momentum, MemorySegment batchMean, MemorySegment batchVariance,
            MemorySegment runningMean, MemorySegment runningVariance) {
        check(gatun_h.gatun_batch_normalization_update_running(
                channels, count, momentum, batchMean, batchVariance, runningMean, runningVariance),
                "gatun_batch_normalization_update_running", channels);
    }

    public static long findNonFinite(long elements, MemorySegment values, MemorySegment first) {
        check(gatun_h.gatun_find_non_finite(elements, values, first), "gatun_find_non_finite", elements);
        return first.get(ValueLayout.JAVA_LONG, 0);
    }
}
