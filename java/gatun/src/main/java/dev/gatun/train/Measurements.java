package dev.gatun.train;

/**
 * What a run cost.
 *
 * @param examplesPerSecond     training examples, waiting for data included, evaluation left out
 * @param stepMillisMedian    one step, from batch in hand to running statistics updated
 * @param optimizerMillisMedian the optimizer's part of it; where the device runs late, both are what submitting took
 * @param dataWaitShare       share of training time spent waiting for batches
 * @param heapBytesPerStep    heap memory that the median step allocated on the training thread
 * @param nativeBytesPlanned  off-heap memory in use
 */
public record Measurements(
        double examplesPerSecond, double stepMillisMedian, double optimizerMillisMedian, double dataWaitShare,
        double heapBytesPerStep, long nativeBytesPlanned) {}
