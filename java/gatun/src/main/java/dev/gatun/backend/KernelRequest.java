package dev.gatun.backend;

import dev.gatun.graph.Node;
import dev.gatun.options.WithMethods;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request for the candidates of a region.
 *
 * @param inputs      types and layouts of the region's inputs, in its order
 * @param policy      preferred layout of activations
 * @param convolution algorithm of convolutions
 * @param wanted      number of candidates
 * @param planned     returns the plan of the region that computes a node, if that region was planned before
 */
@WithMethods
public record KernelRequest(
        List<Operand> inputs, LayoutPolicy policy, ConvolutionMethod convolution, Wanted wanted,
        Function<Node, @Nullable KernelPlan> planned) implements KernelRequestBuilder.With {
    /** The number of candidates that a planner returns. */
    public enum Wanted {
        /** The default candidate only. */
        FIRST,
        /** All candidates that may be the fastest. */
        ALL
    }

    /** Returns the request for the default candidate of a region that depends on no other region. */
    public static KernelRequest alone(LayoutPolicy policy, Operand... inputs) {
        return new KernelRequest(List.of(inputs), policy, ConvolutionMethod.AUTO, Wanted.FIRST, _ -> null);
    }

    public KernelRequest {
        inputs = List.copyOf(inputs);
    }

    /** Returns the plan of the region that computes {@code node}. */
    public KernelPlan planOf(Node node) {
        KernelPlan plan = planned.apply(node);
        if (plan == null) {
            throw new IllegalStateException("planned before what it depends on: " + node);
        }
        return plan;
    }
}
