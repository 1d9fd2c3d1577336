package dev.gatun.data;

import java.util.List;

/**
 * Examples, each of the same named tensors, with random access. Any number of threads may read at the same time, each
 * with a {@link Reader} of its own.
 */
public interface Dataset extends AutoCloseable {
    /** What people call it: where it came from and which split it is. */
    String name();

    /** Number of examples, at least 1. */
    int size();

    /** The tensors of an example. */
    List<Field> fields();

    /** A reader for one thread. */
    Reader reader();

    /** Reads examples on one thread. */
    interface Reader {
        /**
         * Writes the tensors of an example to a row of a batch, in the order of {@link #fields}. What it writes depends
         * on its arguments only.
         *
         * @param example index of the example
         * @param epoch   decides augmentation, together with the example
         * @param batch   where to
         * @param row     counted from 0
         * @throws DataException when the example cannot be read; the message names its file
         */
        void read(int example, long epoch, Batch batch, int row);
    }

    /** Gives up what it holds, if anything; closing again does nothing. */
    @Override
    default void close() {}
}
