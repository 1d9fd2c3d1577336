package dev.gatun.train.profile;

/**
 * What the kernels of one stage, layer, operation and implementation cost in a step: medians over the recorded steps.
 *
 * @param stage          stage of a step: prepack, forward, backward, running_statistics
 * @param layer          name of the layer
 * @param operation      operations, or {@code reorder}
 * @param implementation name of the implementation in its library
 * @param runs           runs in a step
 * @param nanos          nanoseconds of a step
 * @param flops          floating-point operations of a step
 * @param bytes          bytes read and written in a step
 * @param yardstick      what its speed is compared with
 * @param peakShare      its speed as a fraction of the yardstick's
 */
public record KernelCost(
        String stage, String layer, String operation, String implementation, double runs, double nanos, double flops,
        double bytes, Peak.Yardstick yardstick, double peakShare) {

    /** Returns GFLOP/s. */
    public double gigaflopsPerSecond() {
        return flops / nanos;
    }

    /** Returns GB/s. */
    public double gigabytesPerSecond() {
        return bytes / nanos;
    }
}
