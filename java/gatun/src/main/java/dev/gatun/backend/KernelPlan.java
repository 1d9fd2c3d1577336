package dev.gatun.backend;

import dev.gatun.shape.Stored;
import java.util.List;

/** A chosen implementation of one region: what it needs and produces, before any memory exists. */
public interface KernelPlan {
    /** {@link #inPlace} of an output that needs memory of its own. */
    int NOT_IN_PLACE = -1;

    /** The implementation, in its library's words: {@code brgconv:avx512_core}. */
    String implementation();

    /** How each input must be stored; its shape may be any with the same row-major sequence of elements. */
    List<Stored> inputs();

    /** How each output is stored; its shape may be any with the same row-major sequence of elements. */
    List<Stored> outputs();

    /** Bytes of scratch memory while it runs. */
    default long scratchBytes() {
        return 0;
    }

    /** The input whose memory an output may take over when nothing reads that input later. */
    default int inPlace(int output) {
        return NOT_IN_PLACE;
    }

    /** Whether there is nothing to compute: the first output is the first input under another name. */
    default boolean isView() {
        return false;
    }

    /** Binds the plan to memory. Everything bound is released with the {@link Lowering} that made the plan. */
    Kernel bind(Binding binding);
}
