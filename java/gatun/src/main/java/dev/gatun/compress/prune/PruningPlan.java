package dev.gatun.compress.prune;

import dev.gatun.graph.Graph;
import dev.gatun.graph.GraphPass;
import dev.gatun.graph.Variable;
import dev.gatun.shape.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is kept of a network: which blocks are left out, and which indices of each variable stay. It rewrites graphs of
 * the network for any batch size, and slices whatever is shaped as a variable: values, gradients, states of optimizers.
 *
 * @param blocks the names of the sums of the residual blocks that are left out
 * @param kept   the variables that stay, by name
 */
public record PruningPlan(List<String> blocks, Map<String, Kept> kept) implements GraphPass {
    /**
     * The indices of a variable that stay.
     *
     * @param shape   its shape before
     * @param indices along each dimension, ascending
     */
    public record Kept(Shape shape, List<List<Integer>> indices) {
        public Kept {
            indices = List.copyOf(indices);
        }

        /** Returns the shape after. */
        public Shape shapeAfter() {
            return Shape.of(indices.stream().mapToLong(List::size).toArray());
        }
    }

    public PruningPlan {
        blocks = List.copyOf(blocks);
        kept = Collections.unmodifiableMap(new LinkedHashMap<>(kept));
    }

    /**
     * Returns a graph of the network without what is pruned.
     *
     * @throws IllegalArgumentException when it is a graph of another network
     */
    @Override
    public Graph apply(Graph graph) {
        Graph shallow = ResidualBlocks.without(graph, blocks);
        return ChannelRemoval.apply(shallow, this);
    }

    /** Returns whether a variable stays. */
    public boolean keeps(String variable) {
        return kept.containsKey(variable);
    }

    /**
     * Returns what stays of a tensor that is shaped as a variable before pruning.
     *
     * @param elements in row-major order
     * @throws IllegalArgumentException when the variable does not stay, or the tensor has another number of elements
     */
    public float[] slice(String variable, float[] elements) {
        Kept places = kept.get(variable);
        if (places == null) {
            throw new IllegalArgumentException("nothing of a variable " + variable + " is kept, only of "
                    + kept.keySet());
        }
        if (elements.length != places.shape.elements()) {
            throw new IllegalArgumentException(variable + " " + places.shape + " has " + places.shape.elements()
                    + " elements, got " + elements.length);
        }
        long[] strides = places.shape.rowMajorStrides();
        int[] offsets = {0};
        for (int axis = 0; axis < strides.length; axis++) {
            List<Integer> along = places.indices.get(axis);
            int[] next = new int[offsets.length * along.size()];
            for (int i = 0; i < next.length; i++) {
                next[i] = offsets[i / along.size()]
                        + Math.toIntExact(along.get(i % along.size()) * strides[axis]);
            }
            offsets = next;
        }
        float[] result = new float[offsets.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = elements[offsets[i]];
        }
        return result;
    }

    /** Returns what stays of tensors that are shaped as variables; those of variables that do not stay are left out. */
    public Map<String, float[]> slice(Map<String, float[]> tensors) {
        Map<String, float[]> result = new LinkedHashMap<>();
        tensors.forEach((name, elements) -> {
            if (keeps(name)) {
                result.put(name, slice(name, elements));
            }
        });
        return result;
    }

    /** The variable as it is afterwards. */
    Variable after(Variable variable) {
        Kept places = kept.get(variable.name());
        if (places == null || !places.shape.equals(variable.shape())) {
            throw new IllegalArgumentException("the plan is of another network: it has "
                    + (places == null ? "no variable " + variable.name()
                    : variable.name() + " " + places.shape + " instead of " + variable.shape()));
        }
        return new Variable(variable.name(), places.shapeAfter(), variable.kind(), variable.initializer());
    }
}
