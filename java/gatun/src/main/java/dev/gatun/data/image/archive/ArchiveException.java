package dev.gatun.data.image.archive;

import java.io.IOException;

/** Thrown when an archive, or a file in it, cannot be read; the message follows its name: "is encrypted". */
public final class ArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String remedy;

    ArchiveException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    static ArchiveException damaged(String what) {
        return new ArchiveException(what, "download it again or pack it anew");
    }

    /** What the user may do. */
    public String remedy() {
        return remedy;
    }
}
