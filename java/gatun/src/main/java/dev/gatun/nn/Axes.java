package dev.gatun.nn;

import dev.gatun.graph.Value;

/** Dimensions as people count them. */
final class Axes {
    private Axes() {}

    /** An axis counted from 0; a negative one counts from the last. */
    static int counted(String name, Value x, int axis) {
        int rank = x.type().shape().rank();
        int counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw new IllegalArgumentException(name + ": axis " + axis + " of a tensor " + x.type().shape());
        }
        return counted;
    }
}
