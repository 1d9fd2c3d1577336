package dev.gatun.reference.update;

import dev.gatun.reference.kernel.Tensor;
import dev.gatun.update.ElementRange;

/** Numbers in f32. */
record FloatState(Tensor tensor) implements StateMemory {
    @Override
    public double[] read(ElementRange range) {
        double[] values = new double[Math.toIntExact(range.end() - range.begin())];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.get(range.begin() + i);
        }
        return values;
    }

    @Override
    public void write(ElementRange range, double[] values, long step) {
        write(range, values);
    }

    void write(ElementRange range, double[] values) {
        for (int i = 0; i < values.length; i++) {
            tensor.set(range.begin() + i, values[i]);
        }
    }
}
