package dev.gatun.train.task;

import java.lang.foreign.MemorySegment;

/** What a batch came to, as the host sees it. Reading a scalar allocates nothing. */
public interface Outputs {
    /** Examples of the batch. */
    int size();

    /** A scalar output of f32. */
    float scalar(String output);

    /** A scalar output of i64. */
    long count(String output);

    /** Any input or output. */
    MemorySegment fetch(String name);
}
