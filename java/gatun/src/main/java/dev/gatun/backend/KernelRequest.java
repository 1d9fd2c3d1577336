package dev.gatun.backend;

import dev.gatun.op.Op;
import dev.gatun.shape.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation to plan a kernel for.
 *
 * @param name    the layer, for messages
 * @param inputs  in the order the operation documents
 * @param outputs in the order the operation documents
 * @param policy  the order activations should take
 * @param forward for a gradient, the plan of the operation it belongs to
 */
public record KernelRequest(
        String name, Op op, List<Operand> inputs, List<TensorType> outputs, LayoutPolicy policy,
        @Nullable KernelPlan forward) {

    public KernelRequest {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The plan of the forward operation, which every gradient has. */
    public KernelPlan forwardPlan() {
        if (forward == null) {
            throw new IllegalStateException(name + " (" + op.name() + ") was planned without its forward plan");
        }
        return forward;
    }
}
