package dev.gatun.optim;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.ElementRange;
import dev.gatun.backend.Hyperparameters;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Weights and gradients on a device, for tests. */
final class Vectors implements AutoCloseable {
    private final Device device;
    private final Slab weights;
    private final Slab gradients;

    Vectors(String backend, int elements) {
        device = Backends.open(backend, DeviceOptions.defaults().withThreads(1));
        weights = device.memory().allocate(Role.PARAMETERS, "weights", (long) elements * Float.BYTES);
        gradients = device.memory().allocate(Role.GRADIENTS, "gradients", (long) elements * Float.BYTES);
    }

    Optimizer optimizer(List<? extends Hyperparameters> groups, ElementRange... ranges) {
        return optimizer(OptimizerOptions.NONE, groups, ranges);
    }

    Optimizer optimizer(OptimizerOptions options, List<? extends Hyperparameters> groups, ElementRange... ranges) {
        return new Optimizer(device, weights.segment(), gradients.segment(), groups, List.of(ranges), options);
    }

    MemoryBudget memory() {
        return device.memory();
    }

    void weights(double... values) {
        set(weights.segment(), values);
    }

    void gradients(double... values) {
        set(gradients.segment(), values);
    }

    static void set(MemorySegment memory, double... values) {
        for (int i = 0; i < values.length; i++) {
            memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
        }
    }

    float[] weights() {
        return values(weights);
    }

    static float[] values(Slab slab) {
        return slab.segment().toArray(ValueLayout.JAVA_FLOAT);
    }

    @Override
    public void close() {
        gradients.close();
        weights.close();
        device.close();
    }
}
