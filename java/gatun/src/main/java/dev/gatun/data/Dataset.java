package dev.gatun.data;

import java.util.List;

/**
 * Random access to examples, each of the same named tensors. Any number of threads may read at the same time, each with
 * a {@link Reader} of its own.
 */
public interface Dataset extends AutoCloseable {
    /** Returns a descriptive name: the origin and the split. */
    String name();

    /** Returns the number of examples, at least 1. */
    int size();

    /** Returns the tensors of an example. */
    List<Field> fields();

    /** Creates a reader for one thread. */
    Reader reader();

    /** A reader of examples for one thread. */
    interface Reader {
        /**
         * Writes the tensors of an example to a row of a batch, in the order of {@link #fields}. The result depends on
         * the arguments only.
         *
         * @param example index of the example
         * @param epoch   epoch, which with the example determines the augmentation
         * @param batch   target batch
         * @param row     target row, from 0
         * @throws DataException when the example cannot be read; the message names its file
         */
        void read(int example, long epoch, Batch batch, int row);
    }

    /** Releases the resources of the data set, if any; closing again does nothing. */
    @Override
    default void close() {}
}
