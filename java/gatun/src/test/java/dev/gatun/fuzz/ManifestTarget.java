package dev.gatun.fuzz;

import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/** A checkpoint's {@code state.json}, as it is or, after a first byte of {@code +}, with the checksum of its values. */
public final class ManifestTarget implements FuzzTarget {
    private static final String FILE = "state.json";
    private static final String CHECKSUM = "crc32c";

    private final ScratchFile scratch = new ScratchFile();
    private final Path folder;
    private final byte[] valid;

    /** Makes a checkpoint. */
    public ManifestTarget() throws IOException {
        try (SavedRun run = new SavedRun(scratch.folder())) {
            folder = run.checkpoint();
        }
        valid = Files.readAllBytes(folder.resolve(FILE));
    }

    @Override
    public void read(byte[] input) throws IOException {
        boolean sealed = input.length > 0 && input[0] == '+';
        Files.write(folder.resolve(FILE), sealed ? sealed(Inputs.text(input).substring(1)) : input);
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder)) {
            Inputs.same("step-%08d".formatted(checkpoint.step()), String.valueOf(folder.getFileName()));
        }
    }

    private static byte[] sealed(String text) {
        Map<String, Object> json = Json.parseObject(text, FILE);
        json.remove(CHECKSUM);
        CRC32C crc = new CRC32C();
        crc.update(Json.write(json).getBytes(StandardCharsets.UTF_8));
        json.put(CHECKSUM, "%08x".formatted(crc.getValue()));
        return Json.pretty(json).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public List<Class<? extends Exception>> refusals() {
        return List.of(CheckpointException.class, JsonException.class);
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(valid, Inputs.texts("+" + Inputs.text(valid)).getFirst());
    }

    @Override
    public void close() {
        scratch.delete();
    }
}
