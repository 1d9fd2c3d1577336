package dev.gatun.data.image.decode;

import java.io.IOException;

/** Thrown when an image file cannot be read; the message follows the file's name: "is cut short". */
public final class ImageException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What to do with a file that is damaged. */
    static final String REPAIR = "replace or remove it";

    private final String remedy;

    ImageException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    /** Of a damaged file. */
    static ImageException damaged(String why) {
        return new ImageException("cannot be decoded: " + why, REPAIR);
    }

    /** Of a file that ends before its image does. */
    static ImageException cutShort(String format) {
        return new ImageException("is cut short: the " + format + " ends before its image does", REPAIR);
    }

    /** Of a valid file of a kind that is not read. */
    static ImageException unsupported(String what) {
        return new ImageException("cannot be decoded: " + what + " is not supported", "convert it to PNG or JPEG");
    }

    /** What the user may do. */
    public String remedy() {
        return remedy;
    }
}
