package dev.gatun.data;

import org.jspecify.annotations.Nullable;

/** Data that cannot be used. The message is one line: the file, what is wrong with it, and what to do. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code where: what; remedy}, in one line whatever the parts contain. */
    public DataException(String where, String what, String remedy) {
        this(where, what, remedy, null);
    }

    /** As above, with the exception that told. */
    public DataException(String where, String what, String remedy, @Nullable Throwable cause) {
        super(oneLine(where + ": " + what + "; " + remedy), cause);
    }

    /** Names come from archives that anybody may have written: no line breaks or escape codes reach a terminal. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
