package dev.gatun.graph;

import dev.gatun.op.Op;
import dev.gatun.shape.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An application of an operation in a graph.
 *
 * @param name    name of the layer it belongs to: {@code layer1.0.conv1}
 * @param op      the operation
 * @param inputs  operands, in the order that the operation documents
 * @param outputs results, in the order that the operation documents
 * @param phase   phase of a step
 * @param forward for a gradient, the node whose gradient it is; null otherwise
 */
public record Node(
        String name, Op op, List<Value> inputs, List<Value> outputs, Phase phase, @Nullable Node forward) {

    /** The phases of a step, in execution order. */
    public enum Phase {
        /** Computes outputs from inputs; changes no variable. */
        FORWARD,
        /** Computes the gradients. */
        BACKWARD,
        /** Updates running statistics; runs only if the loss is finite. */
        RUNNING_STATISTICS
    }

    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Returns the types of the inputs. */
    public List<TensorType> inputTypes() {
        return inputs.stream().map(Value::type).toList();
    }

    /** Returns the first output; most operations have no other. */
    public Value output() {
        return outputs.getFirst();
    }

    /** Returns the floating-point operations of one execution. */
    public long flops() {
        return op.flops(inputTypes());
    }

    @Override
    public String toString() {
        return name + ": " + op.name() + " " + inputs + " -> " + outputs;
    }
}
