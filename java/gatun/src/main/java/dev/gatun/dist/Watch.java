package dev.gatun.dist;

/** Asked again and again by a transport while it waits for other ranks, at least every 100 ms. */
@FunctionalInterface
public interface Watch {
    /**
     * Returns when it makes sense to wait on.
     *
     * @throws GroupException when a rank is lost, another has given up, or the wait has lasted too long
     */
    void check();
}
