package dev.gatun.train.step;

import java.util.List;

/**
 * What ranks that train together add to a step.
 *
 * @param reductions hear of final gradients, and follow the last of them
 * @param settled    follow these: what else becomes one before the update
 * @param updated    follow the update
 * @param states     what they keep
 */
public record RankPhases(
        List<GradientPhase> reductions, List<Phase> settled, List<Phase> updated, List<KeptState> states) {
    /** Nothing, for a trainer by itself. */
    public static final RankPhases NONE = new RankPhases(List.of(), List.of(), List.of(), List.of());

    public RankPhases {
        reductions = List.copyOf(reductions);
        settled = List.copyOf(settled);
        updated = List.copyOf(updated);
        states = List.copyOf(states);
    }
}
