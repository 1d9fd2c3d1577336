package dev.gatun.compress.distill;

import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * One term of a loss: a method, the layers that it reads, and its weight. A comparison of several pairs of layers is
 * the sum over the pairs.
 *
 * @param method what is compared, and how
 * @param layers layers whose features are compared, from the input on; none for scores. Relations among examples may do
 *               without, and read the input of the last layer then
 * @param weight factor of the term
 */
@WithMethods
public record Term(Method method, List<LayerPair> layers, Ramp weight) implements TermBuilder.With {
    /**
     * Checks that there are as many layers as the method needs.
     *
     * @throws IllegalArgumentException otherwise
     */
    public Term {
        layers = List.copyOf(layers);
        MethodKind kind = MethodKind.of(method);
        if (layers.size() < kind.leastLayers()) {
            throw new IllegalArgumentException(kind.word() + ": it compares the features of "
                    + (kind.leastLayers() == 1 ? "layers: name one at least" : "two layers or more: name these")
                    + ", as in " + kind.word() + ":layers=" + (kind.leastLayers() == 1 ? "layer1" : "layer1,layer2"));
        }
        if (layers.size() > kind.mostLayers()) {
            throw new IllegalArgumentException(kind.word() + ": it reads the scores, not layers: leave out layers");
        }
        if (!method.needsTeacher() && layers.stream().anyMatch(pair -> !pair.student().equals(pair.teacher()))) {
            throw new IllegalArgumentException(kind.word() + ": it has no teacher whose layers could be named");
        }
    }

    /** Creates a term of weight 1 that reads the scores. */
    public static Term of(Method method) {
        return new Term(method, List.of(), Ramp.ONE);
    }

    /** Creates a term of weight 1 that reads layers: {@code Term.of(new Hint(), "layer1>layer2")}. */
    public static Term of(Method method, String... layers) {
        return new Term(method, List.of(layers).stream().map(LayerPair::parse).toList(), Ramp.ONE);
    }

    /** Returns a copy with a weight that stays. */
    public Term weighing(double constant) {
        return withWeight(Ramp.constant(constant));
    }
}
