package dev.gatun.compress.quantize;

import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * What becomes integers, and of how many bits.
 *
 * @param weightBits         bits of a weight, 2 to 8; their integers are symmetric around zero
 * @param activationBits     bits of an activation, 2 to 8
 * @param weightObserver     how ranges of weights are found
 * @param activationObserver how ranges of activations are found
 * @param granularity        what has a scale of its own in a weight
 * @param symmetry           whether activations that may be negative have a zero point
 * @param edges              whether the first and the last layer become integers
 * @param ranges             when the ranges of activations are found
 * @param ignored            layers that stay in f32, as {@link dev.gatun.options.NamePattern} says
 */
@WithMethods
public record QuantizationOptions(
        int weightBits, int activationBits, Observer weightObserver, Observer activationObserver,
        Granularity granularity, Symmetry symmetry, Edges edges, Ranges ranges, List<String> ignored)
        implements QuantizationOptionsBuilder.With {

    private static final QuantizationOptions DEFAULTS = new QuantizationOptions(8, 8, new Observer.MinMax(),
            new Observer.MeanSquaredError(), Granularity.PER_CHANNEL, Symmetry.SYMMETRIC, Edges.QUANTIZED,
            Ranges.STATIC, List.of());

    /** What has a scale of its own in a weight. */
    public enum Granularity {
        /** The whole weight. */
        PER_TENSOR,
        /** Each output channel. */
        PER_CHANNEL
    }

    /** Whether activations that may be negative have a zero point. */
    public enum Symmetry {
        /** None: integers on both sides of zero, and unsigned ones for what is never negative. */
        SYMMETRIC,
        /** Unsigned integers with a zero point for what may be negative. */
        AFFINE
    }

    /** Whether the first and the last layer become integers. */
    public enum Edges {
        QUANTIZED,
        /** They stay in f32, as they lose the most at few bits. */
        FLOAT
    }

    /** When the ranges of activations are found. */
    public enum Ranges {
        /** Once, on examples. */
        STATIC,
        /** For each batch anew, from its least and greatest number; for linear layers only. */
        DYNAMIC
    }

    /**
     * Checks the bits.
     *
     * @throws IllegalArgumentException when they are not 2 to 8
     */
    public QuantizationOptions {
        check("weights", weightBits);
        check("activations", activationBits);
        ignored = List.copyOf(ignored);
    }

    private static void check(String what, int bits) {
        if (bits < 2 || bits > 8) {
            throw new IllegalArgumentException(what + " are quantized to 2 to 8 bits, got " + bits
                    + ": a single bit needs a WeightQuantizer");
        }
    }

    /** Returns 8 bits with a scale for each channel of a weight, and ranges of the least error. */
    public static QuantizationOptions defaults() {
        return DEFAULTS;
    }

    /** The greatest integer of a weight; the least is its negative. */
    int greatestWeight() {
        return (1 << (weightBits - 1)) - 1;
    }

    /** The greatest integer of an activation. */
    int greatestActivation(boolean signed) {
        return (1 << (signed ? activationBits - 1 : activationBits)) - 1;
    }
}
