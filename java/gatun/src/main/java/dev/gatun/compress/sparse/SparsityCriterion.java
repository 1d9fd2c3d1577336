package dev.gatun.compress.sparse;

/** What decides which weights become zero. */
public enum SparsityCriterion {
    /** The absolute value; for single weights that is their L1 and L2 norm as well. */
    MAGNITUDE("magnitude"),
    /** {@code |w * g|}: how much the loss would change without it, to first order, by the gradient of one step. */
    TAYLOR("taylor"),
    /** {@link #TAYLOR} by the gradient of the first step, before anything is trained (Lee et al., SNIP, 2019). */
    SNIP("snip"),
    /** A random order, which is the same each time. */
    RANDOM("random"),
    /**
     * The movement away from zero while training (Sanh et al., 2020): scores follow {@code s <- s - w * g} with the
     * straight-through gradient {@code g} of the masked weight, in every step from the first one on. A weight that was
     * masked keeps its last value, with which its score goes on, and comes back where its score has become large
     * enough.
     */
    MOVEMENT("movement"),
    /**
     * {@code |w|} times the mean absolute value of the input that it is multiplied with (as Wanda, Sun et al., 2024,
     * which takes the root mean square): of a trained network alone, as the inputs are measured on examples.
     */
    ACTIVATION("activation"),
    /** Those that are zero when training begins, as in a network that was pruned before. */
    ZEROS("zeros");

    private final String word;

    SparsityCriterion(String word) {
        this.word = word;
    }

    /** Returns the name in texts. */
    public String word() {
        return word;
    }
}
