package dev.gatun.optim;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.memory.Slab;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import dev.gatun.update.kernel.Bfloat16;
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
        MemorySegment stored = weights.view(0, gradients.bytes() / Float.BYTES * options.weights().dtype().bytes());
        return new Optimizer(device, stored, gradients.segment(), groups, List.of(ranges), options);
    }

    Device device() {
        return device;
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

    /** Sets weights that are stored in bf16 only; the values must be such numbers. */
    void bfloat16Weights(float... values) {
        for (int i = 0; i < values.length; i++) {
            weights.segment().setAtIndex(ValueLayout.JAVA_SHORT, i, Bfloat16.nearest(values[i]));
        }
    }

    float[] bfloat16Weights() {
        return bfloat16(weights.view(0, weights.bytes() / 2));
    }

    static float[] bfloat16(MemorySegment memory) {
        float[] values = new float[Math.toIntExact(memory.byteSize() / Bfloat16.BYTES)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Bfloat16.toFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, i));
        }
        return values;
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
