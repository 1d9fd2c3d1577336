package dev.gatun.train.program;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.engine.Collective;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * A process group as the ranks of programs. A rank that has no examples of a step takes part with nothing: it runs the
 * passes of any program of the same model on whatever its inputs hold, which counts as zeros.
 */
public final class GroupSums implements Collective {
    private final ProcessGroup group;
    private boolean idle;

    /** Creates the sums of a group, which stays the caller's. */
    public GroupSums(ProcessGroup group) {
        this.group = group;
    }

    /** Sets whether this rank adds zeros from now on, in place of its tensors. */
    public void setIdle(boolean idle) {
        this.idle = idle;
    }

    @Override
    public int ranks() {
        return group.size();
    }

    @Override
    public void sum(MemorySegment values, long offset, long bytes) {
        if (idle) {
            for (long at = offset; at < offset + bytes; at += Float.BYTES) {
                values.set(ValueLayout.JAVA_FLOAT, at, 0);
            }
        }
        group.allReduce(values, offset, bytes, Reduction.SUM);
    }
}
