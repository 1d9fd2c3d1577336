package dev.gatun.train.parallel.server;

import dev.gatun.dist.ProcessGroup;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A few numbers that one rank sends to another. */
final class NumberMessage implements AutoCloseable {
    /** The numbers: filled in before they are sent, replaced by those that are received. */
    final double[] values;

    private final HostBuffer memory;

    NumberMessage(int numbers, MemoryBudget budget) {
        values = new double[numbers];
        memory = budget.allocate(Role.STAGING, "numbers of a message", (long) numbers * Double.BYTES);
    }

    void send(ProcessGroup group, int to) {
        MemorySegment.copy(values, 0, memory.segment(), ValueLayout.JAVA_DOUBLE, 0, values.length);
        group.send(memory.segment(), to);
    }

    void receive(ProcessGroup group, int from) {
        group.receive(memory.segment(), from);
        MemorySegment.copy(memory.segment(), ValueLayout.JAVA_DOUBLE, 0, values, 0, values.length);
    }

    @Override
    public void close() {
        memory.close();
    }
}
