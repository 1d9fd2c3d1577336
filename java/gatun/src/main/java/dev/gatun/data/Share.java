package dev.gatun.data;

import java.util.Objects;

/**
 * The share of one of several ranks in what they do together: of {@code n} examples in a row each rank has
 * {@code n / ranks} in a row, and the first {@code n % ranks} have one more.
 *
 * @param rank  number of the rank, from 0
 * @param ranks number of ranks
 */
public record Share(int rank, int ranks) {
    /** All of it. */
    public static final Share ALL = new Share(0, 1);

    public Share {
        Objects.checkIndex(rank, ranks);
    }

    /** Returns the share of another rank. */
    public Share of(int other) {
        return new Share(other, ranks);
    }

    /** Returns whether there is only one rank. */
    public boolean isAll() {
        return ranks == 1;
    }

    /** Returns the number of examples of this rank among {@code examples}. */
    public int size(int examples) {
        return examples / ranks + (rank < examples % ranks ? 1 : 0);
    }

    /** Returns the index of the first example of this rank among {@code examples}. */
    public int begin(int examples) {
        return rank * (examples / ranks) + Math.min(rank, examples % ranks);
    }
}
