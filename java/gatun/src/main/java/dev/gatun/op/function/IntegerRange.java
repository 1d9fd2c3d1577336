package dev.gatun.op.function;

import dev.gatun.shape.DType;

/**
 * The integers that quantized values are clamped to.
 *
 * @param dtype {@link DType#I8} or {@link DType#U8}
 * @param low   the least, at most 0
 * @param high  the largest, above {@code low}
 */
public record IntegerRange(DType dtype, int low, int high) {
    /** All integers of 8 bits without a sign: 0 to 255. */
    public static final IntegerRange U8 = new IntegerRange(DType.U8, 0, 255);

    /** All integers of 8 bits with a sign: -128 to 127. */
    public static final IntegerRange I8 = new IntegerRange(DType.I8, -128, 127);

    public IntegerRange {
        if (dtype != DType.I8 && dtype != DType.U8) {
            throw new IllegalArgumentException("quantized values are of type i8 or u8, not " + dtype.lowerCase());
        }
        if (low >= high || low < least(dtype) || high > most(dtype)) {
            throw new IllegalArgumentException("the integers from " + low + " to " + high + " are no range of "
                    + dtype.lowerCase() + ", which holds " + least(dtype) + " to " + most(dtype));
        }
    }

    /**
     * Returns the range in the type of 8 bits that holds it, u8 where nothing is negative.
     *
     * @throws IllegalArgumentException when no type of 8 bits holds it
     */
    public static IntegerRange of(int low, int high) {
        return new IntegerRange(low < 0 ? DType.I8 : DType.U8, low, high);
    }

    /** Returns whether a type of 8 bits holds all integers of a range. */
    public static boolean fits(int low, int high) {
        return low < high && (low < 0 ? low >= least(DType.I8) && high <= most(DType.I8) : high <= most(DType.U8));
    }

    /** Returns whether the type holds more integers than the range: saturation alone does not clamp to it. */
    public boolean isNarrower() {
        return low > least(dtype) || high < most(dtype);
    }

    private static int least(DType dtype) {
        return dtype == DType.I8 ? Byte.MIN_VALUE : 0;
    }

    private static int most(DType dtype) {
        return dtype == DType.I8 ? Byte.MAX_VALUE : 255;
    }
}
