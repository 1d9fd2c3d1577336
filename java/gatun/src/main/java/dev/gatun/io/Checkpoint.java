package dev.gatun.io;

import dev.gatun.io.json.Json;
import java.util.List;
import java.util.Map;

/**
 * The complete state of a run, from which it resumes exactly. It is a view of the run, not a copy: tensors are read
 * when it is written, once, which also closes it.
 *
 * @param description description of the model, from which it can be rebuilt: plain values as {@link Json} writes them
 * @param model       parameters and buffers
 * @param optimizer   states of the optimizer; empty for one without state
 * @param state       counters, random states, schedule state: plain values as {@link Json} writes them
 * @param release     frees memory that the tensors are staged in; may run more than once
 */
public record Checkpoint(
        Map<String, Object> description, List<NamedTensor> model, List<NamedTensor> optimizer,
        Map<String, Object> state, Runnable release)
        implements AutoCloseable {

    /** Copies the lists, but neither description nor state. */
    public Checkpoint {
        model = List.copyOf(model);
        optimizer = List.copyOf(optimizer);
    }

    /** Creates a checkpoint of tensors that need no staging memory. */
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
