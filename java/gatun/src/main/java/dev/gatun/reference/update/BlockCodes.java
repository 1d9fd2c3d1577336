package dev.gatun.reference.update;

import dev.gatun.update.StateKind;

/**
 * The 8-bit codes of gatun.h. A code is the leading bits of an f32 number in (0, 1], counted down from those of 1,
 * which is the largest code: three bits of mantissa are left. Code 0 is zero; the signed kind has its sign above seven
 * bits.
 */
final class BlockCodes {
    /** What is added to the bits of a number before the lowest are cut off, so that it goes to the nearest code. */
    static final int NEAREST = 1 << (BlockCodes.CUT - 1);

    private static final int CUT = Float.PRECISION - 1 - 3; // bits of the mantissa that go
    private static final int ONE = Float.floatToRawIntBits(1) >>> CUT;
    private static final int SIGN = 0x80;
    private static final int SPARE = 8; // of the lowest bits: the inverse of a scale is not exact
    private static final float SMALLEST_SCALE = 0x1p-94f;

    private final boolean signed;
    private final int largest;

    BlockCodes(StateKind kind) {
        signed = kind == StateKind.SIGNED;
        largest = signed ? 127 : 255;
    }

    private float magnitude(int code) {
        return code == 0 ? 0 : Float.intBitsToFloat((ONE - largest + code) << CUT);
    }

    /** The share of the scale, in [-1, 1]. */
    float decode(byte code) {
        float share = magnitude(code & largest);
        return signed && code < 0 ? -share : share;
    }

    /** The scale of a block with the given largest magnitude. */
    float scale(float largestMagnitude) {
        if (!Float.isFinite(largestMagnitude)) {
            return Float.NaN;
        }
        boolean vanishes = largestMagnitude == 0 || (signed && largestMagnitude < magnitude(1) * SMALLEST_SCALE);
        return vanishes ? 0 : Math.max(largestMagnitude, SMALLEST_SCALE);
    }

    /** What goes up with a probability of the share of the way to the next code. */
    static int dither(int sixteenBits) {
        return sixteenBits << (CUT - Short.SIZE) | SPARE;
    }

    /**
     * The code of a number; only a signed number may become zero.
     *
     * @param addend {@link #NEAREST} or a {@link #dither}
     */
    byte encode(float value, float scale, int addend) {
        if (!(scale > 0)) {
            return 0;
        }
        int bits = Float.floatToRawIntBits(Math.abs(value * (1 / scale)));
        int code = ((bits + addend) >> CUT) - (ONE - largest);
        if (signed) {
            return (byte) (Math.max(code, 0) | (Float.floatToRawIntBits(value) < 0 ? SIGN : 0));
        }
        return (byte) (value == 0 ? 0 : Math.max(code, 1));
    }
}
