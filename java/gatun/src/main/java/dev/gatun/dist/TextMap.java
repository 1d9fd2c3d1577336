package dev.gatun.dist;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Texts by name as bytes, which one rank sends to another. */
public final class TextMap {
    private TextMap() {}

    /** Returns the bytes of texts by name. */
    public static byte[] write(Map<String, String> texts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(texts.size());
            for (Map.Entry<String, String> entry : texts.entrySet()) {
                out.writeUTF(entry.getKey());
                out.writeUTF(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Returns the texts in bytes, in the order in which they were written.
     *
     * @throws GroupException when {@link #write} did not write them
     */
    public static Map<String, String> read(byte[] bytes) {
        Map<String, String> texts = new LinkedHashMap<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int size = in.readInt();
            for (int i = 0; i < size; i++) {
                texts.put(in.readUTF(), in.readUTF());
            }
        } catch (IOException e) {
            throw new GroupException("a rank sent something else than what it has: all must run the same version", e);
        }
        return texts;
    }
}
