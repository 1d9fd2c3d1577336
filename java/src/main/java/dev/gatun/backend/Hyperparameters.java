package dev.gatun.backend;

/** The numbers of one optimizer rule for one group of parameters. */
public sealed interface Hyperparameters permits SgdHyperparameters, AdamHyperparameters {
    /** Step size. */
    double learningRate();

    /** Weight of the decay term. */
    double weightDecay();

    /** The same with another step size. */
    Hyperparameters withLearningRate(double learningRate);

    /** The same with another decay. */
    Hyperparameters withWeightDecay(double weightDecay);

    /** Names of the state tensors, each one element per parameter element, as PyTorch's optimizers name them. */
    java.util.List<String> stateNames();
}
