package dev.gatun.train;

/**
 * Measurements of the cost of a run.
 *
 * @param examplesPerSecond     training examples per second, waiting for data included, evaluation excluded
 * @param stepMillisMedian    median time of a step in milliseconds, from the batch being available to updated running
 *                            statistics
 * @param optimizerMillisMedian the optimizer's part of it; on an asynchronous device both are the time of submission
 * @param dataWaitShare       fraction of training time spent waiting for batches
 * @param heapBytesPerStep    heap memory that the median step allocated on the training thread
 * @param nativeBytesPlanned  off-heap memory in use
 */
public record Measurements(
        double examplesPerSecond, double stepMillisMedian, double optimizerMillisMedian, double dataWaitShare,
        double heapBytesPerStep, long nativeBytesPlanned) {}
