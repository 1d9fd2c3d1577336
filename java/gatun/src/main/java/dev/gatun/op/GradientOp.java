package dev.gatun.op;

/** An operation that only differentiation puts into a graph. */
public sealed interface GradientOp extends Op
        permits ConvolutionBackwardData, ConvolutionBackwardWeights, BatchNormalizationBackward,
                UpdateRunningStatistics, ReluBackward, MaxPoolBackward, AvgPoolBackward, GlobalAvgPoolBackward,
                LinearBackwardData, LinearBackwardWeights, Reshape, SoftmaxCrossEntropyBackward {}
