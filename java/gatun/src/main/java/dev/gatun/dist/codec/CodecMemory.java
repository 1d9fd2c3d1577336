package dev.gatun.dist.codec;

import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.util.ArrayDeque;
import java.util.Deque;

/** The memory of one codec. */
final class CodecMemory implements AutoCloseable {
    private final MemoryBudget budget;
    private final Deque<HostBuffer> buffers = new ArrayDeque<>();

    CodecMemory(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Memory that has no content between two reductions. */
    HostBuffer staging(String label, long bytes) {
        return allocate(Role.STAGING, label, bytes);
    }

    /** Memory that is kept from step to step, zero at first. */
    HostBuffer state(String label, long bytes) {
        return allocate(Role.OPTIMIZER_STATE, label, bytes);
    }

    private HostBuffer allocate(Role role, String label, long bytes) {
        HostBuffer buffer = budget.allocate(role, label, bytes);
        buffers.push(buffer);
        return buffer;
    }

    @Override
    public void close() {
        while (!buffers.isEmpty()) {
            buffers.pop().close();
        }
    }
}
