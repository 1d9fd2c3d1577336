package dev.gatun.data;

import org.jspecify.annotations.Nullable;

/** Thrown when data cannot be used. The message is one line: the file, what is wrong with it, and the remedy. */
public final class DataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception with the message {@code where: what; remedy}, in one line whatever the parts contain. */
    public DataException(String where, String what, String remedy) {
        this(where, what, remedy, null);
    }

    /** Creates an exception with the message {@code where: what; remedy} and a cause. */
    public DataException(String where, String what, String remedy, @Nullable Throwable cause) {
        super(oneLine(where + ": " + what + "; " + remedy), cause);
    }

    /** Names come from archives that anybody may have written: no line breaks or escape codes reach a terminal. */
    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}+", " ");
    }
}
