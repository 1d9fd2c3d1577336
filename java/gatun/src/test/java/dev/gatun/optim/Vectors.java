package dev.gatun.optim;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.Transfers;
import dev.gatun.memory.Buffer;
import dev.gatun.memory.MemoryBudget;
import dev.gatun.memory.Role;
import dev.gatun.shape.Bfloat16;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Weights and gradients on a device, for tests. */
final class Vectors implements AutoCloseable {
    private final Device device;
    private final Buffer weights;
    private final Buffer gradients;

    Vectors(String backend, int elements) {
        device = Backends.open(backend, DeviceOptions.defaults().withThreads(1));
        weights = device.allocate(Role.PARAMETERS, "weights", (long) elements * Float.BYTES);
        gradients = device.allocate(Role.GRADIENTS, "gradients", (long) elements * Float.BYTES);
    }

    Optimizer optimizer(List<? extends Hyperparameters> groups, ElementRange... ranges) {
        return optimizer(OptimizerOptions.NONE, groups, ranges);
    }

    Optimizer optimizer(OptimizerOptions options, List<? extends Hyperparameters> groups, ElementRange... ranges) {
        Buffer stored = weights.slice(0, gradients.bytes() / Float.BYTES * options.weights().dtype().bytes());
        return new Optimizer(device, stored, gradients, groups, List.of(ranges), options);
    }

    Device device() {
        return device;
    }

    MemoryBudget memory() {
        return device.memory();
    }

    void weights(double... values) {
        set(device, weights, values);
    }

    void gradients(double... values) {
        set(device, gradients, values);
    }

    static void set(Device device, Buffer buffer, double... values) {
        Transfers.change(device, buffer, memory -> {
            for (int i = 0; i < values.length; i++) {
                memory.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) values[i]);
            }
        });
    }

    float[] weights() {
        return Transfers.floats(device, weights);
    }

    /** Sets weights that are stored in bf16 only; the values must be such numbers. */
    void bfloat16Weights(float... values) {
        Transfers.change(device, weights, memory -> {
            for (int i = 0; i < values.length; i++) {
                memory.setAtIndex(ValueLayout.JAVA_SHORT, i, Bfloat16.nearest(values[i]));
            }
        });
    }

    float[] bfloat16Weights() {
        return bfloat16(weights.slice(0, weights.bytes() / 2));
    }

    float[] bfloat16(Buffer buffer) {
        float[] values = new float[Math.toIntExact(buffer.bytes() / Bfloat16.BYTES)];
        MemorySegment memory = Transfers.read(device, buffer);
        for (int i = 0; i < values.length; i++) {
            values[i] = Bfloat16.toFloat(memory.getAtIndex(ValueLayout.JAVA_SHORT, i));
        }
        return values;
    }

    float[] values(Buffer buffer) {
        return Transfers.floats(device, buffer);
    }

    @Override
    public void close() {
        gradients.close();
        weights.close();
        device.close();
    }
}
