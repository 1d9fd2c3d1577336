package dev.gatun.train.profile;

import dev.gatun.backend.Device;
import dev.gatun.graph.Precision;
import java.util.Comparator;
import java.util.List;

/**
 * What a machine reached with operations that do one thing only; kernels are compared with it. No bound: an algorithm
 * with fewer operations than the direct one, such as Winograd's, comes out above it.
 *
 * @param productGflops GFLOP/s of a product of 512 by 512 matrices
 * @param streams       GB/s of passes over memory of several sizes, at least one
 */
public record Peak(double productGflops, List<Stream> streams) {
    /** Kernels with more operations for each byte are compared with the product of matrices. */
    private static final double COMPUTE_BOUND = 12;

    /**
     * A pass over memory by all threads that reads a half and writes the other: a ReLU.
     *
     * @param bytes bytes read and written
     */
    public record Stream(long bytes, double gigabytesPerSecond) {}

    /** What a kernel is compared with. */
    public enum Yardstick {
        /** The product of matrices, by GFLOP/s. */
        PRODUCT,
        /** The pass over about as many bytes, by GB/s. */
        STREAM
    }

    public Peak {
        streams = List.copyOf(streams);
        if (streams.isEmpty()) {
            throw new IllegalArgumentException("a peak needs the speed of a pass over memory");
        }
    }

    /**
     * Measures a device: the shortest times of some runs, in all about a second. Takes 32 MiB of its memory meanwhile.
     *
     * @param precision type of the matrices
     * @throws dev.gatun.memory.MemoryBudgetException when the budget is too small
     */
    public static Peak measure(Device device, Precision precision) {
        return PeakMeasurement.of(device, precision);
    }

    /** Returns what a kernel with so many operations and bytes is compared with. */
    public Yardstick yardstick(double flops, double bytes) {
        return flops > COMPUTE_BOUND * bytes ? Yardstick.PRODUCT : Yardstick.STREAM;
    }

    /**
     * Returns the speed of a kernel as a fraction of its yardstick's.
     *
     * @param flops floating-point operations of a run
     * @param bytes bytes that a run reads and writes
     * @param nanos time of a run in nanoseconds, above 0
     */
    public double share(double flops, double bytes, double nanos) {
        return switch (yardstick(flops, bytes)) {
            case PRODUCT -> flops / nanos / productGflops;
            case STREAM -> bytes / nanos / nearest(bytes).gigabytesPerSecond;
        };
    }

    private Stream nearest(double bytes) {
        return streams.stream().min(Comparator.comparingDouble(
                each -> Math.abs(Math.log(each.bytes / Math.max(1, bytes))))).orElseThrow();
    }
}
