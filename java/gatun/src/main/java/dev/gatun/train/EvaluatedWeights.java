package dev.gatun.train;

/** Which weights a model is evaluated with. */
@FunctionalInterface
interface EvaluatedWeights {
    /** Those that training moves. */
    EvaluatedWeights TRAINED = () -> {};

    /** Puts them in the variables' place, or back. */
    void exchange();
}
