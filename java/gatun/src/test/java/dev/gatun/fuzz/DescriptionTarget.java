package dev.gatun.fuzz;

import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import dev.gatun.train.task.Task;
import dev.gatun.train.task.TaskDescription;
import java.util.List;

/** A checkpoint's {@code model.json}: what is read fits the tensors beside it, before memory is allocated for it. */
public final class DescriptionTarget implements FuzzTarget {
    private final ScratchFile scratch = new ScratchFile();
    private final LoadedCheckpoint valid;

    /** Makes a checkpoint. */
    public DescriptionTarget() {
        try (SavedRun run = new SavedRun(scratch.folder())) {
            valid = run.load();
        }
    }

    @Override
    public void read(byte[] input) {
        LoadedCheckpoint changed = new LoadedCheckpoint(valid.path(), valid.step(),
                Json.parseObject(Inputs.text(input), "model.json"), valid.state(), valid.model(), valid.optimizer());
        Task task = TaskDescription.read(changed);
        TaskDescription.check(task, changed, 4);
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(CheckpointException.class, JsonException.class);
    }

    @Override
    public List<byte[]> seeds() {
        return Inputs.texts(Json.write(valid.description()));
    }

    @Override
    public void close() {
        valid.close();
        scratch.delete();
    }
}
