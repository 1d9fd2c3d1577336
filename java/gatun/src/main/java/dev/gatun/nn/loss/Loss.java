package dev.gatun.nn.loss;

/**
 * A loss with its options. Each adds an expression to a graph by its method {@code apply}, and is differentiated like
 * any other. Figures of PyTorch stand for each of them, ends of the domain included.
 */
public sealed interface Loss
        permits MeanSquaredError, MeanAbsoluteError, Huber, SmoothL1, BinaryCrossEntropy, KlDivergence, Hinge,
                HingeEmbedding, CrossEntropy, NegativeLogLikelihood, MultiClassMargin, CosineEmbedding, TripletMargin,
                ConfidencePenalty {
    /** What becomes of the losses of elements or examples. */
    LossReduction reduction();
}
