package dev.gatun.graph;

import dev.gatun.op.Op;
import dev.gatun.shape.TensorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation in a graph.
 *
 * @param name    the layer it belongs to, for people: {@code layer1.0.conv1}
 * @param op      what it computes
 * @param inputs  in the order the operation documents
 * @param outputs in the order the operation documents
 * @param phase   when in a step it runs
 * @param forward for a gradient, the node it is the gradient of
 */
public record Node(
        String name, Op op, List<Value> inputs, List<Value> outputs, Phase phase, @Nullable Node forward) {

    /** The parts of a step, in the order they run. */
    public enum Phase {
        /** Computes outputs from inputs; changes no variable. */
        FORWARD,
        /** Computes the gradients. */
        BACKWARD,
        /** Updates running statistics; runs only when the loss was finite. */
        RUNNING_STATISTICS
    }

    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /** Types of the inputs. */
    public List<TensorType> inputTypes() {
        return inputs.stream().map(Value::type).toList();
    }

    /** The first output, which for most operations is the only one of interest. */
    public Value output() {
        return outputs.getFirst();
    }

    /** Floating-point operations of one execution. */
    public long flops() {
        return op.flops(inputTypes());
    }

    @Override
    public String toString() {
        return name + ": " + op.name() + " " + inputs + " -> " + outputs;
    }
}
