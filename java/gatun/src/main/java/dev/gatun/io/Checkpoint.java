package dev.gatun.io;

import java.util.List;
import java.util.Map;

/**
 * All that a run needs to go on as if it had never stopped.
 *
 * @param model     parameters and buffers
 * @param optimizer moments and the like; empty for an optimizer without state
 * @param state     counters, random states, the schedule: plain values as {@link Json} writes them
 */
public record Checkpoint(List<NamedTensor> model, List<NamedTensor> optimizer, Map<String, Object> state) {

    /** Keeps its own copies of the lists; the state is taken as it is. */
    public Checkpoint {
        model = List.copyOf(model);
        optimizer = List.copyOf(optimizer);
    }
}
