package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.memory.Buffer;
import dev.gatun.op.Averaging;
import dev.gatun.op.UpdateRunningStatistics;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The running statistics of batch normalisation as the plain mean of several batches' own. A program only moves them by
 * its momentum towards a batch's: from 0, that is momentum times the batch's. What counts batches counts these.
 */
final class RunningStatistics {
    private final Device device;
    private final List<Statistic> statistics = new ArrayList<>();
    private long batches;

    /** What becomes of a statistic's sum over the batches. */
    private enum Written {
        MEAN,
        SUM
    }

    /** One statistic of one layer, and its elements on the host. */
    private static final class Statistic {
        final Buffer buffer;
        final double momentum;
        final double[] sums;
        final float[] values;
        final Written written;

        Statistic(Buffer buffer, double momentum, Written written) {
            this.buffer = buffer;
            this.momentum = momentum;
            this.written = written;
            this.values = new float[Math.toIntExact(buffer.bytes() / Float.BYTES)];
            this.sums = new double[values.length];
        }
    }

    /** Of the variables of a program, or of another that shares them. */
    RunningStatistics(Device device, Program program) {
        this.device = device;
        for (Node node : program.graph().nodes()) {
            if (node.op() instanceof UpdateRunningStatistics update) {
                switch (update.averaging()) {
                    case Averaging.Exponential(double momentum) -> {
                        if (momentum > 0) { // at 0 nothing moves
                            add(program, node, momentum);
                        }
                    }
                    case Averaging.Cumulative _ -> {
                        add(program, node, 1); // of a count that begins anew with each batch
                        statistics.add(statistic(program, node.inputs().get(4), 1, Written.SUM));
                    }
                }
            }
        }
    }

    private void add(Program program, Node node, double momentum) {
        statistics.add(statistic(program, node.inputs().get(2), momentum, Written.MEAN));
        statistics.add(statistic(program, node.inputs().get(3), momentum, Written.MEAN));
    }

    private static Statistic statistic(Program program, Value value, double momentum, Written written) {
        Variables.Slot slot = program.variables().slot(Objects.requireNonNull(value.variable()).name());
        return new Statistic(program.variables().buffers().slice(slot.offset(), slot.stored().bytes()), momentum,
                written);
    }

    boolean isEmpty() {
        return statistics.isEmpty();
    }

    /**
     * Takes the batch that a program ran forward latest; leaves the buffers as they may be. Waits for the device: sums
     * are kept in double on the host, as f32 loses digits over an epoch's batches. It happens between epochs, where the
     * host waits for the evaluation anyway; the steps of training do not wait.
     */
    void add(Program program) {
        batches++;
        statistics.forEach(statistic -> device.zero(statistic.buffer));
        program.updateRunningStatistics();
        statistics.forEach(statistic -> device.download(statistic.buffer, MemorySegment.ofArray(statistic.values)));
        device.stream().synchronize();
        for (Statistic statistic : statistics) {
            for (int i = 0; i < statistic.sums.length; i++) {
                statistic.sums[i] += statistic.values[i] / statistic.momentum;
            }
        }
    }

    /** Makes the means the running statistics. */
    void write() {
        for (Statistic statistic : statistics) {
            for (int i = 0; i < statistic.sums.length; i++) {
                statistic.values[i] = (float) switch (statistic.written) {
                    case MEAN -> statistic.sums[i] / batches;
                    case SUM -> statistic.sums[i];
                };
            }
            device.upload(MemorySegment.ofArray(statistic.values), statistic.buffer);
        }
        device.stream().synchronize();
    }
}
