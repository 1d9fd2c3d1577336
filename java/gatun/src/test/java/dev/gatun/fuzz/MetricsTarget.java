package dev.gatun.fuzz;

import dev.gatun.io.json.JsonException;
import dev.gatun.io.json.JsonLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A run's metrics: they are cut after a step and appended to, and read with the new line as their last. */
public final class MetricsTarget implements FuzzTarget {
    private static final Map<String, Object> ADDED = Map.of(JsonLines.STEP, 7L);

    private final ScratchFile scratch = new ScratchFile();

    @Override
    public void read(byte[] input) throws IOException {
        Path file = scratch.holding("metrics.jsonl", input);
        try (JsonLines lines = JsonLines.open(file)) {
            lines.truncateAfter(6);
            lines.append(ADDED);
        }
        Inputs.same(ADDED, JsonLines.read(file).getLast());
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(JsonException.class);
    }

    @Override
    public List<byte[]> seeds() {
        return Inputs.texts("{\"epoch\":1,\"step\":3,\"train_loss\":1.5}\n{\"epoch\":2,\"step\":6}\n",
                "{\"step\":3}\n{\"step\":6}\n{\"step\":9,\"test_loss\":\"NaN\"}\n", "{\"step\":3}\n{\"step\":6,\"te",
                "");
    }

    @Override
    public void close() {
        scratch.delete();
    }
}
