package dev.gatun.dist;

/** A rank has died, hangs, or has given up. What the others computed before is whole. */
public final class RankLostException extends GroupException {
    private static final long serialVersionUID = 1;

    private final int rank;

    /**
     * Creates one.
     *
     * @param rank   the rank that is lost
     * @param reason what is known of it: {@code rank 2 (process 4711 on node7) died}
     */
    public RankLostException(int rank, String reason) {
        super(reason);
        this.rank = rank;
    }

    /** Returns the rank that is lost. */
    public int rank() {
        return rank;
    }
}
