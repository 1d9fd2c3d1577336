package dev.gatun.compress.prune;

import dev.gatun.options.WithMethods;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Options of {@link StructuredPruning}. Layers are named by patterns, as {@link dev.gatun.options.NamePattern} says.
 *
 * @param importance    ranks channels
 * @param aggregation   of the scores of a channel's places
 * @param normalization of the scores of a group, so that groups compare
 * @param scope         whether channels compete with those of other layers
 * @param target        how much is pruned
 * @param ratios        shares for some layers, by pattern, in place of the target's
 * @param ignored       patterns of layers whose own channels all stay
 * @param roundTo       what the kept channels of a layer are a multiple of, where it has as many; rounded up
 * @param minimum       the share of the channels of a group that stays at least, in [0, 1]; never less than one channel
 * @param blocks        patterns of residual blocks that are left out, as {@link ResidualBlocks} names them
 * @param leastBlocks   how many more residual blocks are left out, those of least importance
 */
@WithMethods
public record PruningOptions(
        Importance importance, Aggregation aggregation, Normalization normalization, Scope scope, PruningTarget target,
        Map<String, Double> ratios, List<String> ignored, int roundTo, double minimum, List<String> blocks,
        int leastBlocks) implements PruningOptionsBuilder.With {
    private static final PruningOptions DEFAULTS = new PruningOptions(new Importance.L2(), Aggregation.MEAN,
            Normalization.MEAN, Scope.PER_LAYER, new PruningTarget.Ratio(0.5), Map.of(), List.of(), 1, 0.1, List.of(),
            0);

    /** Whether channels compete with those of other layers. */
    public enum Scope {
        /** The same share of each group goes. */
        PER_LAYER,
        /** The least of all channels go, wherever they are. */
        GLOBAL
    }

    /** What the scores of a group are divided by. */
    public enum Normalization {
        /** Their mean. */
        MEAN,
        /** Nothing, as where scales of normalisations are compared. */
        NONE
    }

    public PruningOptions {
        ratios = Collections.unmodifiableMap(new LinkedHashMap<>(ratios));
        ignored = List.copyOf(ignored);
        blocks = List.copyOf(blocks);
        ratios.forEach((layer, share) -> PruningTarget.Ratio.check("the ratio of \"" + layer + "\"", share));
        if (roundTo < 1 || !(minimum >= 0 && minimum <= 1) || leastBlocks < 0) {
            throw new IllegalArgumentException("rounding to at least 1, a minimum share in [0, 1] and no negative"
                    + " number of blocks wanted, got " + roundTo + ", " + minimum + " and " + leastBlocks);
        }
    }

    /** Returns: half of the channels of each group by their L2 norm, at least a tenth of each stays. */
    public static PruningOptions defaults() {
        return DEFAULTS;
    }

    /** Returns a copy that prunes until at most a share of the multiply-accumulates is left. */
    public PruningOptions targetMacs(double share) {
        return withTarget(new PruningTarget.Macs(share));
    }

    /** Returns a copy that prunes a share of the channels. */
    public PruningOptions ratio(double share) {
        return withTarget(new PruningTarget.Ratio(share));
    }
}
