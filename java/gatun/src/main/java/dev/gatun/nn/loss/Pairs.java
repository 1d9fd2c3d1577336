package dev.gatun.nn.loss;

import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.nn.TensorFunctions;

/** What is like and what is unlike, by targets of 1 and -1. */
final class Pairs {
    private Pairs() {}

    /** The first where the target is above 0, the second elsewhere; all are of one shape. */
    static Value choose(Formula f, Value targets, Value like, Value unlike) {
        return TensorFunctions.where(f.graph(), f.name(), f.above(targets, 0), like, unlike);
    }
}
