package dev.gatun.train;

import dev.gatun.engine.Program;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.op.UpdateRunningStatistics;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The running statistics of batch normalisation as the plain mean of several batches' own. A program only moves them by
 * its momentum towards a batch's: from 0, that is momentum times the batch's.
 */
final class RunningStatistics {
    private final MemorySegment buffers;
    private final List<Statistic> statistics = new ArrayList<>();
    private long batches;

    /** One statistic of one layer, from an element of the buffers on. */
    private static final class Statistic {
        final long begin;
        final double momentum;
        final double[] sums;

        Statistic(long begin, double momentum, int elements) {
            this.begin = begin;
            this.momentum = momentum;
            this.sums = new double[elements];
        }
    }

    RunningStatistics(Graph graph, Variables variables) {
        this.buffers = variables.buffers().segment();
        for (Node node : graph.nodes()) {
            if (node.op() instanceof UpdateRunningStatistics update && update.momentum() > 0) { // at 0 nothing moves
                for (int running = 2; running < 4; running++) {
                    String name = Objects.requireNonNull(node.inputs().get(running).variable()).name();
                    Variables.Slot slot = variables.slot(name);
                    statistics.add(new Statistic(slot.offset() / Float.BYTES, update.momentum(),
                            Math.toIntExact(slot.stored().elements())));
                }
            }
        }
    }

    boolean isEmpty() {
        return statistics.isEmpty();
    }

    /** Takes the batch that a program ran forward latest; leaves the buffers as they may be. */
    void add(Program program) {
        batches++;
        statistics.forEach(statistic -> fill(statistic, 0));
        program.commit();
        for (Statistic statistic : statistics) {
            for (int i = 0; i < statistic.sums.length; i++) {
                statistic.sums[i] +=
                        buffers.getAtIndex(ValueLayout.JAVA_FLOAT, statistic.begin + i) / statistic.momentum;
            }
        }
    }

    /** Makes the means the running statistics. */
    void write() {
        statistics.forEach(statistic -> fill(statistic, batches));
    }

    /** The sums divided by a count, or zeros. */
    private void fill(Statistic statistic, long count) {
        for (int i = 0; i < statistic.sums.length; i++) {
            float value = count == 0 ? 0 : (float) (statistic.sums[i] / count);
            buffers.setAtIndex(ValueLayout.JAVA_FLOAT, statistic.begin + i, value);
        }
    }
}
