package dev.gatun.backend;

import dev.gatun.graph.Node;
import dev.gatun.options.WithMethods;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is settled when a region is planned.
 *
 * @param inputs      the region's inputs, in its order
 * @param policy      the layout that activations should take
 * @param convolution how convolutions should be computed
 * @param wanted      how many candidates
 * @param planned     the plan of the region that computes a node, where that was planned before
 */
@WithMethods
public record KernelRequest(
        List<Operand> inputs, LayoutPolicy policy, ConvolutionMethod convolution, Wanted wanted,
        Function<Node, @Nullable KernelPlan> planned) implements KernelRequestBuilder.With {
    /** How many candidates a region need name. */
    public enum Wanted {
        /** Only the first. */
        FIRST,
        /** All that are worth a trial. */
        ALL
    }

    /** For the first candidate of a region that depends on no other. */
    public static KernelRequest alone(LayoutPolicy policy, Operand... inputs) {
        return new KernelRequest(List.of(inputs), policy, ConvolutionMethod.AUTO, Wanted.FIRST, _ -> null);
    }

    public KernelRequest {
        inputs = List.copyOf(inputs);
    }

    /** The plan of the region that computes {@code node}. */
    public KernelPlan planOf(Node node) {
        KernelPlan plan = planned.apply(node);
        if (plan == null) {
            throw new IllegalStateException("planned before what it depends on: " + node);
        }
        return plan;
    }
}
