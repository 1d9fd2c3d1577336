package dev.gatun.data.image.archive;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names of archives that do not say how they are encoded: UTF-8 where all are valid as that; else GB 18030 where all
 * that is not ASCII is Chinese of GB 2312 in it, as Windows writes it in China; else the format's own code page 437.
 * (A single Chinese character may be taken for a letter in UTF-8: such bytes do not tell.)
 */
final class ZipNames {
    private static final String CHINESE = "GB18030";
    private static final String DOS = "IBM437";

    private ZipNames() {}

    /** Returns the encoding of all names of an archive that do not say theirs. */
    static Charset encoding(List<byte[]> names) {
        if (names.stream().allMatch(name -> decode(name, StandardCharsets.UTF_8) != null)) {
            return StandardCharsets.UTF_8;
        }
        boolean chinese = Charset.isSupported(CHINESE) && names.stream().allMatch(ZipNames::isChinese);
        if (chinese) {
            return Charset.forName(CHINESE);
        }
        return Charset.isSupported(DOS) ? Charset.forName(DOS) : StandardCharsets.ISO_8859_1;
    }

    private static @Nullable String decode(byte[] name, Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(name)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Bytes beyond ASCII come in pairs: rows B0 to F7, columns A1 to FE. */
    private static boolean isChinese(byte[] name) {
        int i = 0;
        while (i < name.length) {
            if (name[i] >= 0) {
                i++;
                continue;
            }
            int row = name[i] & 0xFF;
            int column = i + 1 < name.length ? name[i + 1] & 0xFF : 0;
            if (row < 0xB0 || row > 0xF7 || column < 0xA1 || column > 0xFE) {
                return false;
            }
            i += 2;
        }
        return true;
    }

    /** The same name with {@code /} between its parts, and without parts that are but a point. */
    static String normalized(String name) {
        String slashed = name.replace('\\', '/').replaceAll("/(\\./)+", "/");
        return slashed.replaceFirst("^(\\./)+", "");
    }
}
