package dev.gatun.train.task;

import java.lang.foreign.MemorySegment;

/** The results of a batch in host memory. Reading a scalar allocates nothing. */
public interface Outputs {
    /** Returns the number of examples of the batch. */
    int size();

    /** Returns a scalar output of f32. */
    float scalar(String output);

    /** Returns a scalar output of i64. */
    long count(String output);

    /** Returns an input or output. */
    MemorySegment fetch(String name);
}
