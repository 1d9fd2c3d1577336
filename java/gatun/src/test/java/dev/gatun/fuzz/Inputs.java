package dev.gatun.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Inputs of texts. */
public final class Inputs {
    private Inputs() {}

    /** Texts as inputs. */
    public static List<byte[]> texts(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    /** An input as a text. */
    public static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    /** Checks that what was written and read is what was written. */
    public static void same(@Nullable Object before, @Nullable Object after) {
        if (!Objects.equals(before, after)) {
            throw new AssertionError(before + " became " + after);
        }
    }
}
