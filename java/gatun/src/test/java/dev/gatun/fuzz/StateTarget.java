package dev.gatun.fuzz;

import dev.gatun.io.CheckpointException;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import dev.gatun.train.Progress;
import java.util.List;
import java.util.Map;

/** The state in a checkpoint: a trainer goes on from it as it says, or stays as it was. */
public final class StateTarget implements FuzzTarget {
    private final ScratchFile scratch = new ScratchFile();
    private final SavedRun run = new SavedRun(scratch.folder());
    private final LoadedCheckpoint valid = run.load();

    @Override
    public void read(byte[] input) {
        Map<String, Object> state = Json.parseObject(Inputs.text(input), "state");
        LoadedCheckpoint changed = new LoadedCheckpoint(
                valid.path(), valid.step(), valid.description(), state, valid.model(), valid.optimizer());
        Progress progress = run.trainer().progress();
        long before = progress.step();
        boolean restored = false;
        try {
            run.trainer().restore(changed);
            restored = true;
        } finally {
            Inputs.same(restored ? state.get("step") : (Object) before, progress.step());
        }
        Inputs.same(state.get("epoch"), (long) progress.epoch());
        Inputs.same(state.get("batch"), (long) progress.batch());
        if (!Double.isFinite(progress.meanLoss()) && progress.batch() > 0) {
            throw new AssertionError("a mean of the loss of " + progress.meanLoss());
        }
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(CheckpointException.class, JsonException.class);
    }

    @Override
    public List<byte[]> seeds() {
        return Inputs.texts(Json.write(valid.state()), Json.pretty(valid.state()));
    }

    @Override
    public void close() {
        valid.close();
        run.close();
        scratch.delete();
    }
}
