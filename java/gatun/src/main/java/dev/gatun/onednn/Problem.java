package dev.gatun.onednn;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Operand;
import dev.gatun.shape.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one kernel has to compute.
 *
 * @param name    the layer, for messages
 * @param inputs  in the order its first operation documents
 * @param outputs in the order its first operation documents
 * @param policy  the layout activations should take
 * @param rank    which of the implementations that oneDNN would take, from the first: 0 for its own choice
 * @param forward for a gradient, the plan of the operation it belongs to
 */
record Problem(
        String name, List<Operand> inputs, List<TensorType> outputs, LayoutPolicy policy, int rank,
        @Nullable KernelPlan forward) {

    Problem {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The same for another of oneDNN's implementations. */
    Problem withRank(int newRank) {
        return new Problem(name, inputs, outputs, policy, newRank, forward);
    }

    /** The plan of the forward operation, which every gradient has. */
    KernelPlan forwardPlan() {
        if (forward == null) {
            throw new IllegalStateException(name + " was planned without its forward plan");
        }
        return forward;
    }
}
