package dev.gatun.compress.quantize;

/**
 * How integers stand for numbers: {@code number = scale * (integer - zeroPoint)}.
 *
 * @param scale     above 0
 * @param zeroPoint an integer
 */
record StepSize(float scale, float zeroPoint) {
    /** Of integers up to {@code high} on both sides of zero. */
    static StepSize symmetric(double magnitude, int high) {
        return new StepSize(positive(magnitude / high), 0);
    }

    /** Of a range, which is widened to contain zero. */
    static StepSize affine(double least, double greatest, int low, int high) {
        double from = Math.min(0, least);
        float scale = positive((Math.max(0, greatest) - from) / (high - low));
        return new StepSize(scale, (float) Math.clamp(Math.rint(low - from / scale), low, high));
    }

    /** Of numbers that are all zero, any does. */
    private static float positive(double scale) {
        return scale >= Float.MIN_NORMAL ? (float) scale : 1;
    }

    double rounded(double number, int low, int high) {
        return scale * (Math.clamp(Math.rint(number / scale) + zeroPoint, low, high) - zeroPoint);
    }
}
