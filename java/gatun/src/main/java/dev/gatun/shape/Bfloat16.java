package dev.gatun.shape;

/** Conversions of bf16, the upper half of an f32 number. */
public final class Bfloat16 {
    /** The size of a number in bytes. */
    public static final int BYTES = Short.BYTES;

    private static final int QUIET = 0x400000;

    private Bfloat16() {}

    /** Rounds to nearest, ties to even; NaN stays a quiet NaN. */
    public static short nearest(float value) {
        return rounded(value, 0x7FFF + (Float.floatToRawIntBits(value) >>> 16 & 1));
    }

    /**
     * Rounds to one of the two neighbours, with a probability proportional to the proximity.
     *
     * @param random 16 random bits
     */
    public static short stochastic(float value, int random) {
        return rounded(value, random & 0xFFFF);
    }

    /** Converts to f32. */
    public static float toFloat(short value) {
        return Float.intBitsToFloat(value << 16);
    }

    private static short rounded(float value, int increment) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((Float.isNaN(value) ? bits | QUIET : bits + increment) >>> 16);
    }
}
