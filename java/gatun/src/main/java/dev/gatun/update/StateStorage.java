package dev.gatun.update;

/** The storage of the states of an optimizer. */
public enum StateStorage {
    /** f32. */
    F32,
    /**
     * 8 bits, with one scale for each {@link #BLOCK} elements (block-wise quantisation: Dettmers, Lewis, Shleifer and
     * Zettlemoyer, 2022), rounded stochastically by each step. Not all rules support it.
     */
    EIGHT_BIT;

    /** Number of elements that share a scale, counted from the start of the slab. */
    public static final int BLOCK = 256;

    /** Returns the bytes of the scales of {@code elements} elements. */
    public long scaleBytes(long elements) {
        return switch (this) {
            case F32 -> 0;
            case EIGHT_BIT -> Math.ceilDiv(elements, BLOCK) * Float.BYTES;
        };
    }

    /** Returns the bytes of {@code elements} elements, without their scales. */
    public long elementBytes(long elements) {
        return switch (this) {
            case F32 -> elements * Float.BYTES;
            case EIGHT_BIT -> elements;
        };
    }

    /** Returns whether the states of a rule can be stored in this way. */
    public boolean fits(Hyperparameters rule) {
        return switch (this) {
            case F32 -> true;
            case EIGHT_BIT -> rule.hasEightBitStates();
        };
    }
}
