package dev.gatun.backend;

import dev.gatun.shape.Stored;
import java.util.List;

/** An implementation of one region, not yet bound to memory. */
public interface KernelPlan {
    /** The result of {@link #inPlace} for an output that needs memory of its own. */
    int NOT_IN_PLACE = -1;

    /** Returns the name of the implementation, as its library spells it: {@code brgconv:avx512_core}. */
    String implementation();

    /**
     * Returns the required type, shape and layout of each input; the shape is any with the same row-major sequence of
     * elements.
     */
    List<Stored> inputs();

    /**
     * Returns the type, shape and layout of each output; the shape is any with the same row-major sequence of elements.
     */
    List<Stored> outputs();

    /**
     * Returns the bytes of scratch memory, which holds nothing from one run to the next. What a forward pass keeps for
     * its backward pass, oneDNN's workspace, is an output instead.
     */
    default long scratchBytes() {
        return 0;
    }

    /**
     * Returns the index of the input whose memory the output may take over if nothing reads that input later, or {@link
     * #NOT_IN_PLACE}.
     */
    default int inPlace(int output) {
        return NOT_IN_PLACE;
    }

    /** Returns whether there is nothing to compute, because the first output has the bytes of the first input. */
    default boolean isView() {
        return false;
    }

    /** Binds the plan to memory. Everything bound is released with the {@link Lowering} that made the plan. */
    Kernel bind(Binding binding);
}
