package dev.gatun.io;

import dev.gatun.io.file.RegularFile;
import dev.gatun.io.json.Json;
import dev.gatun.io.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file {@code state.json} of a checkpoint: the state, and sizes and checksums of everything, itself included. */
record CheckpointManifest(long step, Map<String, FileDigest> files, Map<String, Object> state) {
    static final String FILE = "state.json";

    String toJson() {
        Map<String, Object> digests = new LinkedHashMap<>();
        files.forEach((name, digest) -> {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("bytes", digest.bytes());
            entry.put("crc32c", FileDigest.hex(digest.crc32c()));
            digests.put(name, entry);
        });
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(Schema.FIELD, Schema.VERSION);
        json.put("step", step);
        json.put("files", digests);
        json.put("state", state);
        SelfChecksum.add(json);
        return Json.pretty(json);
    }

    /** Reads and verifies a folder's manifest and the files it names. */
    static CheckpointManifest verified(Path folder) throws IOException, DamagedException {
        Map<String, Object> json;
        try {
            json = Json.parseObject(RegularFile.text(
                    folder.resolve(FILE), CheckpointStore.LARGEST_JSON, LinkOption.NOFOLLOW_LINKS), FILE);
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new DamagedException(FILE + " is not UTF-8", e);
        } catch (JsonException e) {
            throw new DamagedException(String.valueOf(e.getMessage()), e);
        }
        Optional<String> otherSchema = Schema.fault(json);
        if (otherSchema.isPresent()) {
            throw new CheckpointException(folder.resolve(FILE) + ": " + otherSchema.get());
        }
        if (!SelfChecksum.remove(json)) {
            throw new DamagedException(FILE + " does not match its own checksum (damaged or edited)", null);
        }
        Map<String, FileDigest> files = new LinkedHashMap<>();
        if (json.get("step") instanceof Long step && json.get("files") instanceof Map<?, ?> digests
                && json.get("state") instanceof Map<?, ?> state) {
            if (!digests.keySet().equals(CheckpointStore.FILES)) { // else it could name any file, or none
                throw new DamagedException(FILE + " lists other files than " + CheckpointStore.FILES, null);
            }
            for (String name : CheckpointStore.FILES) {
                files.put(name, check(folder.resolve(name), name, digests.get(name)));
            }
            return new CheckpointManifest(step, files, plain(state));
        }
        throw new DamagedException(FILE + " lacks step, files or state", null);
    }

    private static FileDigest check(Path file, String name, @Nullable Object claimed)
            throws IOException, DamagedException {
        if (!(claimed instanceof Map<?, ?> map) || !(map.get("bytes") instanceof Long bytes)) {
            throw new DamagedException(FILE + " has no size of " + name, null);
        }
        RegularFile.check(file, LinkOption.NOFOLLOW_LINKS);
        // The size first: it names the usual fault, a file cut short, without a read.
        long size = Files.size(file);
        if (size != bytes) {
            throw new DamagedException(name + " has " + size + " bytes, where " + bytes + " were written", null);
        }
        FileDigest actual = FileDigest.of(file);
        if (!FileDigest.hex(actual.crc32c()).equals(map.get("crc32c"))) {
            throw new DamagedException(name + " does not match its checksum", null);
        }
        return actual;
    }

    @SuppressWarnings("unchecked") // Json makes no other maps
    private static Map<String, Object> plain(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }
}
