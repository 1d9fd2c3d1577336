package dev.gatun.data.image.decode;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The formats that are read, told by the first bytes of a file. */
enum ImageFormatName {
    JPEG("JPEG", new JpegCodec(), "\u00FF\u00D8\u00FF"),
    PNG("PNG", new PngCodec(), "\u0089PNG\r\n\u001A\n"),
    BMP("BMP", new BmpCodec(), "BM"),
    GIF("GIF", new GifCodec(), "GIF87a", "GIF89a"),
    TIFF("TIFF", new TiffCodec(), "II*\0", "MM\0*");

    private final String title;
    @SuppressWarnings("ImmutableEnumChecker") // none of them has a state
    private final ImageCodec codec;

    @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody can change
    private final List<String> signatures;

    ImageFormatName(String title, ImageCodec codec, String... signatures) {
        this.title = title;
        this.codec = codec;
        this.signatures = List.of(signatures);
    }

    String title() {
        return title;
    }

    ImageCodec codec() {
        return codec;
    }

    /** Returns the format of a file's content; what has none of them is named as what it is. */
    static ImageFormatName of(byte[] file) throws ImageException {
        for (ImageFormatName format : values()) {
            for (String signature : format.signatures) {
                if (FileKind.startsWith(file, signature)) {
                    return format;
                }
            }
        }
        FileKind kind = FileKind.of(file);
        if (kind != null) {
            throw new ImageException("is " + kind.title() + ", no image of a format that is read", kind.imageRemedy());
        }
        String start = new String(file, 0, Math.min(file.length, 4), StandardCharsets.ISO_8859_1);
        throw new ImageException("is no JPEG or PNG image, nor BMP, GIF or TIFF: it begins with "
                + start.chars().mapToObj(c -> "%02x".formatted(c)).toList(), ImageException.REPAIR);
    }
}
