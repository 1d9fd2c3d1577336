package dev.gatun.io;

import dev.gatun.io.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * The checksum in a file of JSON of all else in it: of the values, not of the bytes, so that it may be indented anew.
 */
final class SelfChecksum {
    private static final String FIELD = "crc32c";

    private SelfChecksum() {}

    /** Adds the checksum of all that an object holds. */
    static void add(Map<String, Object> json) {
        json.put(FIELD, of(json));
    }

    /** Removes the checksum of an object; whether it was that of all else. */
    static boolean remove(Map<String, Object> json) {
        Object claimed = json.remove(FIELD);
        return of(json).equals(claimed);
    }

    // Only after one reading: reading may change how a number is written.
    private static String of(Map<String, Object> json) {
        String canonical = Json.write(Json.parseObject(Json.write(json), FIELD));
        CRC32C crc = new CRC32C();
        crc.update(canonical.getBytes(StandardCharsets.UTF_8));
        return FileDigest.hex(crc.getValue());
    }
}
