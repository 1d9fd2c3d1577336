package dev.gatun.shape;

/** Numbers of bf16: the upper half of an f32 number. */
public final class Bfloat16 {
    /** Size of one. */
    public static final int BYTES = Short.BYTES;

    private static final int QUIET = 0x400000;

    private Bfloat16() {}

    /** To nearest, ties to even; a NaN stays a quiet NaN. */
    public static short nearest(float value) {
        return rounded(value, 0x7FFF + (Float.floatToRawIntBits(value) >>> 16 & 1));
    }

    /**
     * To one of the two neighbours, the upper one in magnitude with a probability that is the share of the way to it.
     *
     * @param random 16 random bits
     */
    public static short stochastic(float value, int random) {
        return rounded(value, random & 0xFFFF);
    }

    /** The same number in f32. */
    public static float toFloat(short value) {
        return Float.intBitsToFloat(value << 16);
    }

    private static short rounded(float value, int increment) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((Float.isNaN(value) ? bits | QUIET : bits + increment) >>> 16);
    }
}
