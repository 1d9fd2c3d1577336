package dev.gatun.update;

/** How the states of an optimizer are stored. */
public enum StateStorage {
    /** In f32. */
    F32,
    /**
     * In 8 bits, with one scale for each {@link #BLOCK} elements (block-wise quantisation: Dettmers, Lewis, Shleifer
     * and Zettlemoyer, 2022), rounded stochastically by each step. For rules that say so.
     */
    EIGHT_BIT;

    /** Elements that share a scale, counted from the slab's start. */
    public static final int BLOCK = 256;

    /** Bytes of the scales of so many elements. */
    public long scaleBytes(long elements) {
        return switch (this) {
            case F32 -> 0;
            case EIGHT_BIT -> Math.ceilDiv(elements, BLOCK) * Float.BYTES;
        };
    }

    /** Bytes of so many elements, their scales left out. */
    public long elementBytes(long elements) {
        return switch (this) {
            case F32 -> elements * Float.BYTES;
            case EIGHT_BIT -> elements;
        };
    }

    /** Whether the states of a rule can be stored like this. */
    public boolean fits(Hyperparameters rule) {
        return switch (this) {
            case F32 -> true;
            case EIGHT_BIT -> rule.hasEightBitStates();
        };
    }
}
