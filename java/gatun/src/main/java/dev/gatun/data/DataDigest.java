package dev.gatun.data;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 of what tells a data set from another, such as the names and sizes of its files. */
public final class DataDigest {
    private final MessageDigest digest;
    private final ByteBuffer number = ByteBuffer.allocate(Long.BYTES);

    /** Begins an empty digest. */
    public DataDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Adds a number. */
    public DataDigest add(long value) {
        digest.update(number.putLong(0, value).array());
        return this;
    }

    /** Adds a text, in the form in which {@link ClassNames#normal(String)} stores names. */
    public DataDigest add(String text) {
        byte[] bytes = ClassNames.normal(text).getBytes(StandardCharsets.UTF_8);
        return add(bytes, bytes.length);
    }

    /** Adds the first bytes of an array, after their number. */
    public DataDigest add(byte[] bytes, int count) {
        add(count);
        digest.update(bytes, 0, count);
        return this;
    }

    /** Returns the digest as 64 hexadecimal digits, and begins anew. */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
