package dev.gatun.io;

import dev.gatun.io.json.Json;
import java.nio.file.Path;
import java.util.Map;

/**
 * A verified checkpoint, open for reading.
 *
 * @param path        the checkpoint's folder
 * @param step        number of optimizer steps done when it was written
 * @param description description of the model, as {@link Json} reads it
 * @param state       plain values, as {@link Json} reads them: every integer a {@link Long}
 * @param model       parameters and buffers; closed with this
 * @param optimizer   the optimizer's tensors; closed with this
 */
public record LoadedCheckpoint(
        Path path, long step, Map<String, Object> description, Map<String, Object> state, SafetensorsFile model,
        SafetensorsFile optimizer) implements AutoCloseable {

    @Override
    public void close() {
        try (model) {
            optimizer.close();
        }
    }
}
