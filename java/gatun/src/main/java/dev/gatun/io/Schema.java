package dev.gatun.io;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The one version number of what run folders and checkpoints hold. It grows with every change that an earlier reader
 * would misunderstand; files of another version are refused, never guessed at.
 */
final class Schema {
    static final long VERSION = 5;
    static final String FIELD = "schema";

    private Schema() {}

    /**
     * Why a file cannot be read, with the remedy; empty when its version is this one.
     *
     * @param json the file's object
     */
    static Optional<String> fault(Map<String, Object> json) {
        return switch ((@Nullable Object) json.get(FIELD)) {
            case Long version when version == VERSION -> Optional.empty();
            case Long version when version > VERSION -> Optional.of("it has schema version " + version
                    + ", which is newer than the " + VERSION + " that this Gatun reads: use the Gatun that wrote it");
            case Long version -> Optional.of("it has schema version " + version + ", which is older than the " + VERSION
                    + " that this Gatun reads: use the Gatun that wrote it, or train again");
            case null, default -> Optional.of("it states no valid schema version, this Gatun reads version " + VERSION
                    + ": use the Gatun that wrote it, or train again");
        };
    }
}
