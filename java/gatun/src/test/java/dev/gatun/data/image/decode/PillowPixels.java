package dev.gatun.data.image.decode;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Image files and the pixels that Pillow 12.3 reads of them; golden/pixels.py wrote both. */
final class PillowPixels {
    private PillowPixels() {}

    /** All entries by name. */
    static Map<String, byte[]> entries() throws IOException {
        Map<String, byte[]> entries = new TreeMap<>();
        try (InputStream in = Objects.requireNonNull(PillowPixels.class.getResourceAsStream("pixels.zip"));
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                entries.put(entry.getName(), zip.readAllBytes());
            }
        }
        return entries;
    }

    /** The image files. */
    static Map<String, byte[]> files() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>(entries());
        files.keySet().removeIf(name -> name.endsWith(".rgb"));
        return files;
    }

    static byte[] file(String name) throws IOException {
        return Objects.requireNonNull(entries().get(name), name).clone();
    }
}
