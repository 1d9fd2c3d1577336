package dev.gatun.compress.sparse;

import dev.gatun.compress.Snapshot;
import dev.gatun.compress.sparse.MaskSelection.Scored;
import dev.gatun.graph.Variable;
import dev.gatun.options.NamePattern;
import dev.gatun.options.Suggestion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Masks of a trained network, and what is made with them. Dead weights cost nothing only where a kernel uses them, and
 * no kernel here does: for a faster network see {@link dev.gatun.compress.prune}.
 *
 * <pre>{@code
 * Map<String, float[]> masks = SparsePruning.masks(trained, options, SparsePruning.Measured.NOTHING);
 * Snapshot ticket = SparsePruning.masked(initial, masks);   // a lottery ticket, for SparsityOptions.zeros()
 * }</pre>
 */
public final class SparsePruning {
    private SparsePruning() {}

    /**
     * What was measured on examples, by the names of the weights.
     *
     * @param gradients of the loss, for {@link SparsityCriterion#TAYLOR} and {@link SparsityCriterion#SNIP}
     * @param inputs    mean absolute values of what weights are multiplied with, for
     *                  {@link SparsityCriterion#ACTIVATION}, as {@link MaskSelection#activation} takes them
     */
    public record Measured(Map<String, float[]> gradients, Map<String, float[]> inputs) {
        /** Nothing, for criteria that look at the weights alone. */
        public static final Measured NOTHING = new Measured(Map.of(), Map.of());

        private static float[] of(Map<String, float[]> measured, String what, String name) {
            float[] found = measured.get(name);
            if (found == null) {
                throw new IllegalArgumentException("the " + what + " of " + name + " were not measured");
            }
            return found;
        }
    }

    /**
     * Returns the masks of a network for the final share of zeros: 1 for each weight that stays, 0 for the others; by
     * the names of the weights. Weights that are zero are chosen first by all criteria but a random one.
     *
     * @throws IllegalArgumentException when an ignored weight does not exist, or something was not measured
     */
    public static Map<String, float[]> masks(Snapshot snapshot, SparsityOptions options, Measured measured) {
        List<Variable> variables = Snapshot.variables(snapshot.model());
        check(options, variables);
        List<Scored> scored = new ArrayList<>();
        for (Variable variable : variables.stream().filter(options::applies).toList()) {
            scored.add(scored(variable, snapshot.values(variable.name()), options, measured));
        }
        if (options.criterion() == SparsityCriterion.ZEROS) {
            return zeros(scored);
        }
        return MaskSelection.masks(scored, options, options.finalSparsity());
    }

    private static Scored scored(Variable variable, float[] weights, SparsityOptions options, Measured measured) {
        String name = variable.name();
        return switch (options.criterion()) {
            case MAGNITUDE, ZEROS -> MaskSelection.magnitude(variable, weights);
            case TAYLOR, SNIP -> MaskSelection.taylor(variable, weights,
                    Measured.of(measured.gradients, "gradients", name));
            case RANDOM -> MaskSelection.random(variable, options.seed());
            case ACTIVATION -> MaskSelection.activation(variable, weights,
                    Measured.of(measured.inputs, "inputs", name));
            case MOVEMENT -> throw new IllegalArgumentException("movement is seen while a network is trained: give"
                    + " these options to its training");
        };
    }

    private static Map<String, float[]> zeros(List<Scored> scored) {
        Map<String, float[]> masks = new LinkedHashMap<>();
        scored.forEach(layer -> masks.put(layer.variable().name(), MaskSelection.nonZero(layer)));
        return masks;
    }

    /**
     * Checks that what is ignored exists, and that something else is left.
     *
     * @throws IllegalArgumentException otherwise
     */
    public static void check(SparsityOptions options, List<Variable> variables) {
        List<String> names = variables.stream()
                .filter(variable -> options.withIgnored(List.of()).applies(variable)).map(Variable::name).toList();
        for (String pattern : options.ignored()) {
            if (names.stream().noneMatch(name -> NamePattern.of(pattern).matcher(name).matches())) {
                throw new IllegalArgumentException("sparsity: there are no weights \"" + pattern + "\""
                        + Suggestion.of(pattern, names));
            }
        }
        if (variables.stream().noneMatch(options::applies)) {
            throw new IllegalArgumentException("sparsity: all weights are ignored, of " + names);
        }
    }

    /**
     * Returns a network whose weights are zero where masks are. With the values that a network had when it was
     * initialised, or after some steps, it is a lottery ticket (Frankle and Carbin, 2019): training with
     * {@link SparsityOptions#zeros} keeps the mask.
     *
     * @param snapshot the network with the values that are masked
     * @param masks    by the names of weights; others stay as they are
     */
    public static Snapshot masked(Snapshot snapshot, Map<String, float[]> masks) {
        Map<String, float[]> values = new LinkedHashMap<>(snapshot.values());
        masks.forEach((name, mask) -> {
            float[] weights = snapshot.values(name).clone();
            if (mask.length != weights.length) {
                throw new IllegalArgumentException("the mask of " + name + " has " + mask.length + " elements, not "
                        + weights.length);
            }
            for (int i = 0; i < weights.length; i++) {
                if (mask[i] == 0) {
                    weights[i] = 0;
                }
            }
            values.put(name, weights);
        });
        return snapshot.with(values);
    }

    /** Returns the share of zeros among the weights of at least two dimensions. */
    public static double zeros(Snapshot snapshot) {
        long zeros = 0;
        long all = 0;
        for (Variable variable : Snapshot.variables(snapshot.model())) {
            if (SparsityOptions.defaults().applies(variable)) {
                for (float weight : snapshot.values(variable.name())) {
                    zeros += weight == 0 ? 1 : 0;
                    all++;
                }
            }
        }
        return all == 0 ? 0 : (double) zeros / all;
    }
}
