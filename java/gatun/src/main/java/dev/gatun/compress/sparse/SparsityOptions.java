package dev.gatun.compress.sparse;

import dev.gatun.graph.Variable;
import dev.gatun.options.NamePattern;
import dev.gatun.options.WithMethods;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which weights are kept at zero, and when they become so. Weights of at least two dimensions are pruned; biases and
 * normalisations are not. As text: {@code magnitude,sparsity=0.9,scope=global,from=10%,to=60%}.
 *
 * @param criterion decides which weights go
 * @param sparsity  share of the weights that is zero in the end, in [0, 1)
 * @param scope     whether weights compete with those of other layers
 * @param pattern   blocks of weights of which some stay, in place of a share; null for none
 * @param ramp      how the share grows
 * @param from      share of the run after which weights become zero for the first time, in [0, 1]
 * @param to        share of the run after which they do so for the last time
 * @param times     how often weights become zero, where they do so more than once
 * @param ignored   patterns of weights that stay dense, as {@link NamePattern} says
 * @param seed      of {@link SparsityCriterion#RANDOM}
 */
@WithMethods
public record SparsityOptions(
        SparsityCriterion criterion, double sparsity, Scope scope, @Nullable SparsityPattern pattern, Ramp ramp,
        double from, double to, int times, List<String> ignored, long seed) implements SparsityOptionsBuilder.With {
    private static final SparsityOptions DEFAULTS = new SparsityOptions(SparsityCriterion.MAGNITUDE, 0.5, Scope.GLOBAL,
            null, Ramp.CUBIC, 0, 0.5, 20, List.of(), 1);

    /** Whether weights compete with those of other layers. */
    public enum Scope {
        /** The least of all weights go, wherever they are. */
        GLOBAL,
        /** The same share of each layer goes. */
        LAYER
    }

    /** How the share of zeros grows. */
    public enum Ramp {
        /** All at once, at {@code from}. */
        ONESHOT,
        /** The same share of what is left each time, as in iterative magnitude pruning. */
        ITERATIVE,
        /** {@code s * (1 - (1 - t)^3)} while {@code t} goes from 0 to 1 (Zhu and Gupta, 2017). */
        CUBIC
    }

    public SparsityOptions {
        ignored = List.copyOf(ignored);
        ignored.forEach(NamePattern::of);
        if (!(sparsity >= 0 && sparsity < 1)) {
            throw new IllegalArgumentException("sparsity must lie in [0, 1), got " + sparsity
                    + (sparsity == 1 ? ", which would leave no weight" : ""));
        }
        if (!(from >= 0 && from <= to && to <= 1)) {
            throw new IllegalArgumentException("sparsity: from and to are shares of the run, 0% to 100%, and from is"
                    + " not after to; got from " + 100 * from + "% to " + 100 * to + "%");
        }
        if (times < 1) {
            throw new IllegalArgumentException("sparsity: weights become zero at least one time, got " + times);
        }
        if (pattern != null && criterion == SparsityCriterion.ZEROS) {
            throw new IllegalArgumentException("sparsity: zeros keep the pattern that they have: leave out " + pattern
                    .text());
        }
    }

    /** Returns: the half of all weights of least magnitude, more and more over the first half of the run. */
    public static SparsityOptions defaults() {
        return DEFAULTS;
    }

    /** Returns the options with which zeros of the first weights stay zeros. */
    public static SparsityOptions zeros() {
        return DEFAULTS.withCriterion(SparsityCriterion.ZEROS).withSparsity(0);
    }

    /** Returns whether the weights of a variable are among those that can become zero. */
    public boolean applies(Variable variable) {
        return variable.kind() == Variable.Kind.WEIGHT && variable.shape().rank() >= 2
                && ignored.stream().noneMatch(name -> NamePattern.of(name).matcher(variable.name()).matches());
    }

    /** Returns the share of zeros in the end. */
    public double finalSparsity() {
        return pattern == null ? sparsity : pattern.sparsity();
    }

    /**
     * Parses a text.
     *
     * @throws IllegalArgumentException with one line that states the form
     */
    public static SparsityOptions parse(String text) {
        return SparsityText.parse(text);
    }

    /** Returns the text form, as {@link #parse} reads it. */
    public String text() {
        return SparsityText.of(this);
    }
}
