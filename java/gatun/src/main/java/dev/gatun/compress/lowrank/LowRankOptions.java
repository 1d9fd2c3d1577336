package dev.gatun.compress.lowrank;

import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * Which layers become two, and of what rank.
 *
 * @param rank    how the rank of a layer is found
 * @param ignored layers that stay as they are, as {@link dev.gatun.options.NamePattern} says
 */
@WithMethods
public record LowRankOptions(Rank rank, List<String> ignored) implements LowRankOptionsBuilder.With {
    private static final LowRankOptions DEFAULTS = new LowRankOptions(new Rank.Energy(0.9), List.of());

    /** The rank of a layer. */
    public sealed interface Rank {
        /**
         * The smallest with a share of the squared singular values.
         *
         * @param share above 0, at most 1
         */
        record Energy(double share) implements Rank {
            /** Checks the share. */
            public Energy {
                checkShare("energy", share);
            }
        }

        /**
         * A share of the rank that the layer could have.
         *
         * @param share above 0, at most 1
         */
        record Ratio(double share) implements Rank {
            /** Checks the share. */
            public Ratio {
                checkShare("ratio", share);
            }
        }
    }

    /** Copies the patterns. */
    public LowRankOptions {
        ignored = List.copyOf(ignored);
    }

    /** Returns the options that keep nine tenths of each layer's energy. */
    public static LowRankOptions defaults() {
        return DEFAULTS;
    }

    private static void checkShare(String what, double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("the " + what + " of a low rank is above 0 and at most 1, got " + share);
        }
    }
}
