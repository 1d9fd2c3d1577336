package dev.gatun.io;

import dev.gatun.io.json.Json;
import java.util.List;
import java.util.Map;

/**
 * All that a run needs to go on as if it had never stopped. It is a view of the run, not a copy: tensors are read
 * when it is written, once, which also closes it.
 *
 * @param description what the model is, enough to build it again: plain values as {@link Json} writes them
 * @param model       parameters and buffers
 * @param optimizer   moments and the like; empty for an optimizer without state
 * @param state       counters, random states, the schedule: plain values as {@link Json} writes them
 * @param release     gives back memory that the tensors are made in; may run more than once
 */
public record Checkpoint(
        Map<String, Object> description, List<NamedTensor> model, List<NamedTensor> optimizer,
        Map<String, Object> state, Runnable release)
        implements AutoCloseable {

    /** Keeps its own copies of the lists; description and state are taken as they are. */
    public Checkpoint {
        model = List.copyOf(model);
        optimizer = List.copyOf(optimizer);
    }

    /** A checkpoint of tensors that need no memory beside their own. */
    public Checkpoint(
            Map<String, Object> description, List<NamedTensor> model, List<NamedTensor> optimizer,
            Map<String, Object> state) {
        this(description, model, optimizer, state, () -> {});
    }

    @Override
    public void close() {
        release.run();
    }
}
