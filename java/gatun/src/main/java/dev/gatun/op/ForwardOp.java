package dev.gatun.op;

/** An operation that a model is described with. */
public sealed interface ForwardOp extends Op
        permits Convolution, BatchNormalization, Relu, Add, MaxPool, AvgPool, GlobalAvgPool, Linear, Flatten, Dropout,
                SoftmaxCrossEntropy {}
