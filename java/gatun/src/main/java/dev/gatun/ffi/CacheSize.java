package dev.gatun.ffi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * How much there is in the cache.
 *
 * @param files number of files
 * @param bytes their size together
 */
public record CacheSize(long files, long bytes) {
    /** Measures the user's cache; what cannot be read, or is removed meanwhile, counts nothing. */
    public static CacheSize measure() {
        return of(UserCache.folder());
    }

    static CacheSize of(Path folder) {
        long files = 0;
        long bytes = 0;
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                if (Files.isRegularFile(file)) {
                    files++;
                    bytes += size(file);
                }
            }
        } catch (IOException | UncheckedIOException _) {
            return new CacheSize(files, bytes);
        }
        return new CacheSize(files, bytes);
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException _) {
            return 0;
        }
    }
}
