package dev.gatun.engine;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Measured choices on disk, a small file for each. A file states the problem and the environment that it is true for;
 * whatever it does not state exactly is not there. Files appear whole, so that processes may share a folder, and a
 * folder that cannot be read or written only means that everything is measured again.
 */
final class ChoiceCache {
    private static final String HEADER = "gatun kernel choice 1";
    /** Choices that this process alone remembers, by the file that they would be in. */
    private static final Map<Path, String> OF_THIS_PROCESS = new ConcurrentHashMap<>();

    private final Path folder;
    private final String environment;

    /**
     * A cache.
     *
     * @param environment what besides the problem decides which candidate is fastest
     */
    ChoiceCache(Path folder, String environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** The choice for a problem. */
    Optional<String> find(String problem) {
        String own = OF_THIS_PROCESS.get(file(problem));
        if (own != null) {
            return Optional.of(own);
        }
        try {
            List<String> lines = Files.readAllLines(file(problem), StandardCharsets.UTF_8);
            boolean ours = lines.size() == 4 && lines.get(0).equals(HEADER) && lines.get(1).equals(environment)
                    && lines.get(2).equals(problem);
            return ours ? Optional.of(lines.get(3)) : Optional.empty();
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Remembers a choice until the process ends: the same problem is solved alike, but the next process measures. */
    void storeForThisProcess(String problem, String choice) {
        OF_THIS_PROCESS.put(file(problem), choice);
    }

    /** Remembers a choice. */
    void store(String problem, String choice) {
        try {
            Files.createDirectories(folder);
            Path partial = Files.createTempFile(folder, "choice", ".partial");
            try {
                Files.write(partial, List.of(HEADER, environment, problem, choice), StandardCharsets.UTF_8);
                Files.move(partial, file(problem), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(partial);
            }
        } catch (IOException _) {
            // The next compile measures again.
        }
    }

    private Path file(String problem) {
        return folder.toAbsolutePath().resolve(digest(environment + "\n" + problem) + ".choice");
    }

    /** The first half of the SHA-256 of a text, in hexadecimal digits. */
    static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
