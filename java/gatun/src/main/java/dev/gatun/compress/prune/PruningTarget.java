package dev.gatun.compress.prune;

import dev.gatun.compress.Snapshot;
import java.util.function.ToDoubleFunction;

/** How much is pruned. */
public sealed interface PruningTarget {
    /**
     * A share of the channels.
     *
     * @param share in [0, 1)
     */
    record Ratio(double share) implements PruningTarget {
        public Ratio {
            check("ratio", share);
        }

        static void check(String what, double share) {
            if (!(share >= 0 && share < 1)) {
                throw new IllegalArgumentException(what + " must lie in [0, 1), got " + share
                        + (share == 1 ? ", which would prune everything" : ""));
            }
        }
    }

    /**
     * The smallest share of the channels that leaves at most a share of the multiply-accumulates of inference.
     *
     * @param share in (0, 1)
     */
    record Macs(double share) implements PruningTarget {
        public Macs {
            checkLeft("share of multiply-accumulates", share);
        }
    }

    /**
     * The smallest share of the channels with which a measured time is at most a share of the unpruned network's. It is
     * found by bisection, so that about ten networks are measured.
     *
     * @param share   in (0, 1)
     * @param seconds measures a network on the machine that it is meant for
     */
    record Latency(double share, ToDoubleFunction<Snapshot> seconds) implements PruningTarget {
        public Latency {
            checkLeft("share of the time", share);
        }
    }

    private static void checkLeft(String what, double share) {
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException("the " + what + " that is left must lie in (0, 1), got " + share);
        }
    }
}
