package dev.gatun.ffi;

import java.nio.file.Path;

/** Where files lie that can be made again. */
public final class UserCache {
    private UserCache() {}

    /** An absolute path: {@code $GATUN_CACHE}, else {@code $XDG_CACHE_HOME/gatun}, else {@code ~/.cache/gatun}. */
    public static Path folder() {
        return named().toAbsolutePath().normalize();
    }

    private static Path named() {
        String own = System.getenv("GATUN_CACHE");
        if (own != null && !own.isEmpty()) {
            return Path.of(own);
        }
        String xdg = System.getenv("XDG_CACHE_HOME");
        return xdg != null && !xdg.isEmpty()
                ? Path.of(xdg, "gatun")
                : Path.of(System.getProperty("user.home"), ".cache", "gatun");
    }
}
