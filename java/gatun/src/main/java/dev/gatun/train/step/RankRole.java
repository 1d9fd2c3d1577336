package dev.gatun.train.step;

import java.util.List;
import java.util.function.Function;

/** What a rank does in a step: whether it computes gradients, and whether it updates the parameters. */
public sealed interface RankRole {
    /** Both, as a trainer by itself does. */
    RankRole PEER = new Peer();

    /** See {@link #PEER}. */
    record Peer() implements RankRole {}

    /**
     * It computes gradients, which another rank updates the parameters by.
     *
     * @param exchange gives the gradients away and takes the parameters, in the place of the update
     */
    record Worker(Phase exchange) implements RankRole {}

    /**
     * It updates the parameters by gradients of others.
     *
     * @param step makes the only phase of a step, which may take several updates, of the phases of one
     */
    record Server(Function<List<Phase>, Phase> step) implements RankRole {}
}
