package dev.gatun.compress.quantize;

/**
 * Integers of few bits that numbers are rounded to.
 *
 * @param low    the least
 * @param high   the greatest
 * @param affine whether a zero point may lie between them; else it is 0
 */
record IntegerGrid(int low, int high, boolean affine) {
    /** A number of the grid is {@code (integer - zeroPoint) * step}. */
    record Scale(double step, int zeroPoint) {}

    /** The integers of an activation. */
    static IntegerGrid of(int bits, boolean neverNegative, QuantizationOptions.Symmetry symmetry) {
        boolean affine = symmetry == QuantizationOptions.Symmetry.AFFINE;
        return neverNegative || affine ? new IntegerGrid(0, (1 << bits) - 1, affine && !neverNegative)
                : new IntegerGrid(-(1 << (bits - 1)), (1 << (bits - 1)) - 1, false);
    }

    /** The scale with which the grid covers a range, which is taken to hold zero. */
    Scale scale(double least, double greatest) {
        double from = Math.min(0, least);
        double to = Math.max(0, greatest);
        if (affine) {
            double step = positive((to - from) / (high - low));
            return new Scale(step, Math.toIntExact(Math.round(Math.clamp(low - from / step, low, high))));
        }
        return new Scale(positive(low < 0 ? Math.max(-from, to) / high : to / high), 0);
    }

    /** Nothing but zeros was seen: any step rounds them. */
    private static double positive(double step) {
        return step < Float.MIN_NORMAL ? 1 : step;
    }

    double integer(double x, Scale scale) {
        return Math.clamp(Math.rint(x / scale.step) + scale.zeroPoint, low, high);
    }

    double round(double x, Scale scale) {
        return scale.step * (integer(x, scale) - scale.zeroPoint);
    }
}
