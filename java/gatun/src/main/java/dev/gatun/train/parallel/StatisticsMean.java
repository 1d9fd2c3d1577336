package dev.gatun.train.parallel;

import dev.gatun.backend.Device;
import dev.gatun.dist.ProcessGroup;
import dev.gatun.dist.Reduction;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Variable;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.HostBuffer;
import dev.gatun.memory.Role;
import dev.gatun.shape.DType;
import dev.gatun.train.step.Phase;
import dev.gatun.train.step.StepState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the running statistics of each rank the mean of those of all ranks that had examples, after each step: so the
 * variables of all ranks are always the same, and a checkpoint of one is one of all.
 */
public final class StatisticsMean implements Phase, AutoCloseable {
    private final Device device;
    private final ProcessGroup group;
    private final Buffer[] statistics;
    private final MemorySegment[] places;
    private final HostBuffer together;

    /** Allocates memory for all running statistics of a model. */
    public StatisticsMean(Device device, Variables variables, ProcessGroup group) {
        this.device = device;
        this.group = group;
        List<Buffer> found = new ArrayList<>();
        long bytes = 0;
        for (Variables.Slot slot : of(variables)) {
            found.add(variables.memory(slot));
            bytes += slot.stored().bytes();
        }
        statistics = found.toArray(Buffer[]::new);
        together = device.memory().allocate(Role.STAGING, "running statistics of all ranks", bytes);
        places = new MemorySegment[statistics.length];
        long at = 0;
        for (int i = 0; i < statistics.length; i++) {
            places[i] = together.segment().asSlice(at, statistics[i].bytes());
            at += statistics[i].bytes();
        }
    }

    private static List<Variables.Slot> of(Variables variables) {
        return variables.slots().stream().filter(slot -> slot.variable().kind() == Variable.Kind.BUFFER
                && slot.stored().type().dtype() == DType.F32).toList();
    }

    /** Returns whether a model has running statistics. */
    public static boolean isNeeded(Variables variables) {
        return !of(variables).isEmpty();
    }

    @Override
    public void run(StepState step) {
        for (int i = 0; i < statistics.length; i++) {
            device.download(statistics[i], places[i]);
        }
        device.stream().synchronize();
        MemorySegment all = together.segment();
        if (step.batches == 0) {
            all.fill((byte) 0);
        }
        group.allReduce(all, 0, all.byteSize(), Reduction.SUM);
        float share = 1f / step.plan().activeRanks;
        for (long at = 0; at < all.byteSize(); at += Float.BYTES) {
            all.set(ValueLayout.JAVA_FLOAT, at, all.get(ValueLayout.JAVA_FLOAT, at) * share);
        }
        for (int i = 0; i < statistics.length; i++) {
            device.upload(places[i], statistics[i]);
        }
    }

    @Override
    public void close() {
        together.close();
    }
}
