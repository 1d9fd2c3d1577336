package dev.gatun.update.kernel;

import dev.gatun.shape.Shape;
import dev.gatun.shape.Stored;
import dev.gatun.shape.TensorType;
import dev.gatun.update.ElementRange;
import dev.gatun.update.Hyperparameters;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lengths of the states of a rule, and the parts that belong to each tensor. States of one element per parameter
 * element have the layout of the parameters; states of other shapes are stored one after the other, in the order of the
 * ranges.
 */
public final class StateSpace {
    /** Parts begin at whole cache lines. */
    private static final long ALIGNMENT = 64 / Float.BYTES;

    private final Map<String, Long> lengths = new LinkedHashMap<>();
    private final Map<ElementRange, List<Part>> parts = new LinkedHashMap<>();

    /**
     * The part of a state that belongs to one tensor.
     *
     * @param name   name of the state
     * @param stored shape and layout
     * @param begin  first element in the memory of the state
     */
    public record Part(String name, Stored stored, long begin) {}

    private StateSpace() {}

    /**
     * Returns the states of a rule.
     *
     * @param groups   hyper-parameters of each group, all of one rule
     * @param ranges   elements that each group governs
     * @param elements number of elements of the parameters
     */
    public static StateSpace of(List<? extends Hyperparameters> groups, List<ElementRange> ranges, long elements) {
        StateSpace space = new StateSpace();
        boolean elementwise = groups.stream().allMatch(Hyperparameters::elementwiseStates);
        groups.forEach(group ->
                group.stateNames().forEach(name -> space.lengths.putIfAbsent(name, elementwise ? elements : 0L)));
        if (!elementwise) {
            ranges.forEach(range -> space.add(range, groups.get(range.group())));
        }
        return space;
    }

    private void add(ElementRange range, Hyperparameters numbers) {
        Shape shape = range.shape() == null ? Shape.of(range.length()) : range.shape();
        List<Part> own = new ArrayList<>();
        numbers.stateShapes(shape).forEach((name, extents) -> {
            Part part = new Part(name, Stored.rowMajor(TensorType.f32(extents.extents())), length(name));
            own.add(part);
            lengths.put(name, Math.ceilDiv(part.begin + part.stored.elements(), ALIGNMENT) * ALIGNMENT);
        });
        parts.put(range, own);
    }

    /** Returns the names of the states, in the rule's order. */
    public List<String> names() {
        return List.copyOf(lengths.keySet());
    }

    /** Returns the number of elements of a state. */
    public long length(String name) {
        Long length = lengths.get(name);
        if (length == null) {
            throw new IllegalArgumentException("no state is called " + name + ", there is " + lengths.keySet());
        }
        return length;
    }

    /** Returns the parts of a range whose states have shapes of their own; none for other rules. */
    public List<Part> parts(ElementRange range) {
        return parts.getOrDefault(range, List.of());
    }
}
