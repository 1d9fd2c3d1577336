package dev.gatun.train.distill;

import dev.gatun.backend.Device;
import dev.gatun.compress.distill.DistilledGraph;
import dev.gatun.compress.distill.Ramp;
import dev.gatun.engine.CompileOptions;
import dev.gatun.engine.Compiler;
import dev.gatun.engine.Variables;
import dev.gatun.graph.Graph;
import dev.gatun.memory.Buffer;
import dev.gatun.shape.TensorType;
import java.util.List;
import java.util.Map;

/**
 * The variables that a distilled student reads and does not own: those of its teacher and the weights that move over
 * the run. No optimizer, average or checkpoint of the student has them.
 */
public final class LentVariables implements AutoCloseable {
    private final Device device;
    private final long steps;
    private final Variables variables;
    private final Ramp[] ramps;
    private final Buffer[] weights;

    /**
     * Allocates them and sets the teacher's.
     *
     * @param images type of a batch of the student's images
     * @param steps  steps of the run, at least 1
     */
    public LentVariables(
            Device device, CompileOptions compile, DistilledGraph distilled, TensorType images, long steps) {
        this.device = device;
        this.steps = steps;
        Graph graph = distilled.lending(images);
        variables = Compiler.variables(graph, device, compile);
        boolean complete = false;
        try {
            if (distilled.computesTeacher()) {
                distilled.teacherValues().forEach(variables::write);
            }
            List<Map.Entry<String, Ramp>> moving = List.copyOf(distilled.ramps().entrySet());
            ramps = moving.stream().map(Map.Entry::getValue).toArray(Ramp[]::new);
            weights = moving.stream().map(entry -> variables.memory(variables.slot(entry.getKey())))
                    .toArray(Buffer[]::new);
            moveTo(0);
            complete = true;
        } finally {
            if (!complete) {
                variables.close();
            }
        }
    }

    /** Returns the memory that programs of the student borrow from. */
    public List<Variables> lenders() {
        return List.of(variables);
    }

    /**
     * Sets the weights that move; submitted after the steps that were submitted before. Allocates nothing.
     *
     * @param step step of the run, from 0
     */
    public void moveTo(long step) {
        for (int i = 0; i < weights.length; i++) {
            device.write(weights[i], (float) ramps[i].at(step, steps));
        }
    }

    @Override
    public void close() {
        variables.close();
    }
}
