package dev.gatun.nn.loss;

/**
 * A loss function with its options. Its method {@code apply} adds an expression to a graph, which is differentiated
 * like any other. Each is tested against figures of PyTorch, at the ends of its domain too.
 */
public sealed interface Loss
        permits MeanSquaredError, MeanAbsoluteError, Huber, SmoothL1, BinaryCrossEntropy, KlDivergence, Hinge,
                HingeEmbedding, CrossEntropy, NegativeLogLikelihood, MultiClassMargin, CosineEmbedding, TripletMargin,
                ConfidencePenalty {
    /** Returns the reduction over elements or examples. */
    LossReduction reduction();
}
