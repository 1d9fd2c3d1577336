package dev.gatun.train.step;

import dev.gatun.backend.Device;
import dev.gatun.train.program.BoundProgram;
import dev.gatun.train.task.Outputs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is read of one batch in every step of training: its loss and the scalars that metrics look at, copied to the
 * host when the device comes to it. Used over and over; allocates nothing once it is made.
 */
final class BatchResults implements Outputs {
    private final Device device;
    private final String[] names; // the loss first
    private final MemorySegment[] values;
    private @Nullable BoundProgram pass;
    private double weight;

    BatchResults(Device device, List<BoundProgram.Scalar> scalars) {
        this.device = device;
        names = scalars.stream().map(BoundProgram.Scalar::name).toArray(String[]::new);
        values = scalars.stream().map(scalar -> MemorySegment.ofArray(new long[1]).asSlice(0, scalar.buffer().bytes()))
                .toArray(MemorySegment[]::new);
    }

    /** Submits the copies of the batch that a program has just run forward. */
    void submit(BoundProgram program, double batchWeight) {
        pass = program;
        weight = batchWeight;
        for (int i = 0; i < values.length; i++) {
            device.download(program.scalars().get(i).buffer(), values[i]);
        }
    }

    /** The program that ran it. */
    BoundProgram pass() {
        if (pass == null) {
            throw new IllegalStateException("no batch was run");
        }
        return pass;
    }

    /** What its mean loss counts in its step. */
    double weight() {
        return weight;
    }

    float loss() {
        return values[0].get(ValueLayout.JAVA_FLOAT, 0);
    }

    @Override
    public int size() {
        return pass().size();
    }

    @Override
    public float scalar(String output) {
        return fetch(output).get(ValueLayout.JAVA_FLOAT, 0);
    }

    @Override
    public long count(String output) {
        return fetch(output).get(ValueLayout.JAVA_LONG, 0);
    }

    @Override
    public MemorySegment fetch(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return values[i];
            }
        }
        throw new IllegalArgumentException("\"" + name + "\" is not read in every step");
    }
}
