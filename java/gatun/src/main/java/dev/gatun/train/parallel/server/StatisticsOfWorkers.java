package dev.gatun.train.parallel.server;

import dev.gatun.backend.Device;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Variable;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import dev.gatun.shape.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The buffers that each worker pushed last, and the mean of their running statistics. What else a buffer holds, such as
 * counts, is that of the first worker.
 */
final class StatisticsOfWorkers implements AutoCloseable {
    private final HostView own;
    private final HostBuffer all;
    private final MemorySegment[] pushed;
    private final long[] offsets;
    private final long[] ends;

    StatisticsOfWorkers(Device device, Variables variables, int workers) {
        own = new HostView(device, variables.buffers(), "mean of running statistics");
        boolean complete = false;
        try {
            all = device.memory().allocate(Role.STAGING, "running statistics of all workers",
                    variables.buffers().bytes() * workers);
            complete = true;
        } finally {
            if (!complete) {
                own.close();
            }
        }
        pushed = new MemorySegment[workers];
        for (int worker = 0; worker < workers; worker++) {
            pushed[worker] = all.segment().asSlice(worker * own.segment().byteSize(), own.segment().byteSize());
        }
        Variables.Slot[] means = variables.slots().stream()
                .filter(slot -> slot.variable().kind() == Variable.Kind.BUFFER
                        && slot.stored().type().dtype() == DType.F32).toArray(Variables.Slot[]::new);
        offsets = new long[means.length];
        ends = new long[means.length];
        for (int i = 0; i < means.length; i++) {
            offsets[i] = means[i].offset();
            ends[i] = means[i].offset() + means[i].stored().bytes();
        }
    }

    /** All workers have the buffers of this rank. */
    void start() {
        own.fetch();
        for (MemorySegment each : pushed) {
            each.copyFrom(own.segment());
        }
    }

    /** What a worker's buffers are received into. */
    MemorySegment of(int worker) {
        return pushed[worker];
    }

    /** Makes the buffers of this rank the mean of those of the workers. */
    void takeMean() {
        own.segment().copyFrom(pushed[0]);
        if (pushed.length > 1) {
            for (int i = 0; i < offsets.length; i++) {
                takeMean(offsets[i], ends[i]);
            }
        }
        own.store();
    }

    private void takeMean(long offset, long end) {
        for (long at = offset; at < end; at += Float.BYTES) {
            double sum = 0;
            for (MemorySegment each : pushed) {
                sum += each.get(ValueLayout.JAVA_FLOAT, at);
            }
            own.segment().set(ValueLayout.JAVA_FLOAT, at, (float) (sum / pushed.length));
        }
    }

    @Override
    public void close() {
        all.close();
        own.close();
    }
}
