package dev.gatun.onednn.plan;

import dev.gatun.backend.KernelPlan;
import dev.gatun.backend.KernelRequest;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.backend.Operand;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.Op;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.shape.DType;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one kernel has to compute.
 *
 * @param name       the layer, for messages
 * @param op         the operation
 * @param activation what follows the operation, or, for a gradient, what followed its forward operation; null for
 *                   nothing
 * @param inputs     in the order the operation documents; a gradient of a ReLU may have a second diff, to be added
 * @param outputs    in the order the operation documents
 * @param policy     the layout activations should take
 * @param rank       which of the implementations that oneDNN would take, from the first: 0 for its own choice
 * @param forward    for a gradient, the plan of the operation it belongs to
 */
public record Problem(
        String name, Op op, @Nullable ScalarFunction activation, List<Operand> inputs, List<TensorType> outputs,
        LayoutPolicy policy, int rank, @Nullable KernelPlan forward) {

    public Problem {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** The problem of a node, on the inputs of a request. */
    public static Problem of(Node node, @Nullable ScalarFunction activation, KernelRequest request) {
        Node forward = node.forward();
        return new Problem(node.name(), node.op(), activation, request.inputs(),
                node.outputs().stream().map(Value::type).toList(), request.policy(), 0,
                forward == null ? null : request.planOf(forward));
    }

    /** The same for another of oneDNN's implementations. */
    public Problem withRank(int newRank) {
        return new Problem(name, op, activation, inputs, outputs, policy, newRank, forward);
    }

    /** The same in channels last, whatever the layouts of its inputs and of its forward plan. */
    public Problem channelsLast() {
        return new Problem(name, op, activation,
                inputs.stream().map(input -> new Operand(input.type(), null)).toList(), outputs,
                LayoutPolicy.CHANNELS_LAST, rank, null);
    }

    /** The same with its first input in row-major order. */
    public Problem rowMajorSource() {
        List<Operand> changed = new ArrayList<>(inputs);
        changed.set(0, new Operand(inputs.getFirst().type(), Stored.rowMajor(inputs.getFirst().type())));
        return new Problem(name, op, activation, changed, outputs, policy, rank, forward);
    }

    /** The same without what follows. */
    public Problem withoutActivation() {
        return new Problem(name, op, null, inputs, outputs, policy, rank, forward);
    }

    /** The type of 16 bits that it reads or writes; empty where all is wider. */
    public Optional<DType> narrow() {
        return Stream.concat(inputs.stream().map(Operand::type), outputs.stream()).map(TensorType::dtype)
                .filter(DType::isNarrow).findFirst();
    }

    /**
     * The same in f32, where the inputs lie in layouts that f32 may have too. A forward plan that is not widened is
     * none of this problem's.
     */
    public Problem widened() {
        return new Problem(name, op, activation, inputs.stream().map(Problem::widened).toList(),
                outputs.stream().map(TensorType::accumulated).toList(), policy, 0,
                forward instanceof WidenedPlan plan ? plan.inner() : null);
    }

    private static Operand widened(Operand operand) {
        Stored stored = operand.stored();
        if (!operand.type().dtype().isNarrow()) {
            return operand;
        }
        return new Operand(operand.type().accumulated(), stored == null || stored.layout().hasBlocks()
                ? null : Stored.of(stored.type().accumulated(), stored.layout()));
    }

    /** What a call computes, for messages. */
    public String detail() {
        return name + " " + op.name() + " of " + outputs.getFirst();
    }

    /** The inputs where a kernel takes them row-major. */
    public List<Stored> rowMajorInputs() {
        return inputs.stream().map(input -> Stored.rowMajor(input.type())).toList();
    }

    /** The plan of the forward operation, which every gradient has. */
    public PrimitivePlan forwardPlan() {
        return switch (forward) {
            case PrimitivePlan plan -> plan;
            case ThenPlan plan -> plan.first();
            case OwnConvolutionPlan plan -> plan.direct();
            case null, default -> throw new IllegalStateException(name + " was planned without its forward plan");
        };
    }
}
