package dev.gatun.engine;

import dev.gatun.backend.Binding;
import dev.gatun.backend.Device;
import dev.gatun.backend.Kernel;
import dev.gatun.backend.KernelPlan;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.Bytes;
import dev.gatun.memory.LifetimePlanner;
import dev.gatun.memory.Role;
import dev.gatun.shape.Stored;
import java.util.ArrayList;
import java.util.List;

/** Times one plan on scratch memory of its own. */
final class KernelTimer {
    private static final long LIMIT = 60_000_000;

    private long bytes;

    private KernelTimer() {}

    /** The shortest run of a plan, in nanoseconds. */
    static long shortest(Device device, KernelPlan plan) {
        return new KernelTimer().run(device, plan);
    }

    private long run(Device device, KernelPlan plan) {
        List<Long> inputs = new ArrayList<>();
        List<Long> outputs = new ArrayList<>();
        plan.inputs().forEach(stored -> inputs.add(reserve(stored.bytes())));
        plan.outputs().forEach(stored -> outputs.add(reserve(stored.bytes())));
        long scratch = reserve(plan.scratchBytes());
        long random = reserve(Program.RANDOM_BYTES);
        long lossScale = reserve(Program.LOSS_SCALE_BYTES);
        try (Buffer slab = device.allocate(Role.WORKSPACE, "trial of a kernel", bytes)) {
            Kernel kernel = plan.bind(new Binding(views(slab, inputs, plan.inputs()),
                    views(slab, outputs, plan.outputs()),
                    slab.slice(scratch, plan.scratchBytes()), slab.slice(random, Program.RANDOM_BYTES),
                    slab.slice(lossScale, Program.LOSS_SCALE_BYTES)));
            return Stopwatch.shortest(device, kernel::run, LIMIT);
        }
    }

    private long reserve(long size) {
        long offset = bytes;
        bytes = Bytes.alignUp(offset + size, LifetimePlanner.ALIGNMENT);
        return offset;
    }

    private static List<Buffer> views(Buffer slab, List<Long> offsets, List<Stored> stored) {
        List<Buffer> views = new ArrayList<>();
        for (int i = 0; i < offsets.size(); i++) {
            views.add(slab.slice(offsets.get(i), stored.get(i).bytes()));
        }
        return views;
    }
}
