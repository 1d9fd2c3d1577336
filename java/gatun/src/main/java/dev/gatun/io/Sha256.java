package dev.gatun.io;

import dev.gatun.io.file.RegularFile;
import dev.gatun.io.file.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest that {@code sha256sum} prints. */
public final class Sha256 {
    private static final int PIECE = 1 << 20;

    private Sha256() {}

    /**
     * The digest of a file's content, as 64 hexadecimal digits.
     *
     * @throws StorageException when the file cannot be read
     */
    public static String of(Path file) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
        try (InputStream in = Channels.newInputStream(RegularFile.open(file, StandardOpenOption.READ))) {
            byte[] piece = new byte[PIECE];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                digest.update(piece, 0, count);
            }
        } catch (IOException e) {
            throw StorageException.reading(file, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
