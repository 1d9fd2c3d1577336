package dev.gatun.train;

import dev.gatun.backend.Device;
import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Node;
import dev.gatun.memory.Buffer;
import dev.gatun.op.UpdateRunningStatistics;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The running statistics of batch normalisation as the plain mean of several batches' own. A program only moves them by
 * its momentum towards a batch's: from 0, that is momentum times the batch's.
 */
final class RunningStatistics {
    private final Device device;
    private final List<Statistic> statistics = new ArrayList<>();
    private long batches;

    /** One statistic of one layer, and its elements on the host. */
    private static final class Statistic {
        final Buffer buffer;
        final double momentum;
        final double[] sums;
        final float[] values;

        Statistic(Buffer buffer, double momentum) {
            this.buffer = buffer;
            this.momentum = momentum;
            this.values = new float[Math.toIntExact(buffer.bytes() / Float.BYTES)];
            this.sums = new double[values.length];
        }
    }

    /** Of the variables of a program, or of another that shares them. */
    RunningStatistics(Device device, Program program) {
        this.device = device;
        for (Node node : program.graph().nodes()) {
            if (node.op() instanceof UpdateRunningStatistics update && update.momentum() > 0) { // at 0 nothing moves
                for (int running = 2; running < 4; running++) {
                    String name = Objects.requireNonNull(node.inputs().get(running).variable()).name();
                    Variables.Slot slot = program.variables().slot(name);
                    statistics.add(new Statistic(
                            program.variables().buffers().slice(slot.offset(), slot.stored().bytes()),
                            update.momentum()));
                }
            }
        }
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
                statistic.values[i] = (float) (statistic.sums[i] / batches);
            }
            device.upload(MemorySegment.ofArray(statistic.values), statistic.buffer);
        }
        device.stream().synchronize();
    }
}
