package dev.gatun.fuzz;

import java.util.List;

/** A reader that is given any bytes: it reads them, or refuses them in its own words. */
public interface FuzzTarget extends AutoCloseable {
    /** What a person reads of a message. */
    int MOST_CHARACTERS = 2_000;

    /**
     * Reads an input, and checks what was made of it.
     *
     * @throws Exception one of {@link #refusals} where the input is none; any other is a fault
     */
    void read(byte[] input) throws Exception;

    /** What the reader throws at inputs that it refuses. */
    List<Class<? extends Exception>> refusals();

    /** Valid inputs, made by what writes them. */
    List<byte[]> seeds() throws Exception;

    @Override
    default void close() {}

    /**
     * Reads an input; what is refused is refused with a message of moderate length.
     *
     * @return whether the input was read
     * @throws AssertionError when anything else happens
     */
    default boolean accepts(byte[] input) {
        try {
            read(input);
            return true;
        } catch (Exception e) {
            if (!refusals().contains(e.getClass())) {
                throw new AssertionError("thrown at an input: " + e, e);
            }
            String message = String.valueOf(e.getMessage());
            // What stands in an input may stand in a message: the one place that shows it to people cleans it.
            if (message.isBlank() || message.equals("null") || message.length() > MOST_CHARACTERS) {
                throw new AssertionError("nothing that a person could read: " + message, e);
            }
            return false;
        }
    }
}
