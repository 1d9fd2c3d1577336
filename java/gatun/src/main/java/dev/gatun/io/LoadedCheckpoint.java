package dev.gatun.io;

import dev.gatun.io.json.Json;
import java.nio.file.Path;
import java.util.Map;

/**
 * A checkpoint open for reading, its files verified.
 *
 * @param path        the checkpoint's folder
 * @param step        optimizer steps done when it was written
 * @param description what the model is, as {@link Json} reads it
 * @param state       the plain values, as {@link Json} reads them: every integer a {@link Long}
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
