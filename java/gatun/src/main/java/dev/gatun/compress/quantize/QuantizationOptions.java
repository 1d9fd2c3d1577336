package dev.gatun.compress.quantize;

import dev.gatun.options.WithMethods;
import java.util.List;

/**
 * How a network is rounded to integers of few bits.
 *
 * @param weightBits     bits of a weight, 2 to 8
 * @param activationBits bits of an activation, 2 to 8
 * @param observer       how ranges of activations follow from examples
 * @param weights        whether each filter has a scale of its own
 * @param symmetry       whether zero stands in the middle of an activation's range
 * @param ranges         when ranges of activations are found
 * @param scales         whether training changes the scales
 * @param ignored        layers that stay in f32, by pattern
 */
@WithMethods
public record QuantizationOptions(
        int weightBits, int activationBits, Observer observer, Granularity weights, Symmetry symmetry, Ranges ranges,
        Scales scales, List<String> ignored) implements QuantizationOptionsBuilder.With {
    private static final QuantizationOptions DEFAULTS = new QuantizationOptions(8, 8, Observer.MIN_MAX,
            Granularity.PER_CHANNEL, Symmetry.SYMMETRIC, Ranges.STATIC, Scales.FIXED, List.of());

    /** What a scale is for. */
    public enum Granularity {
        /** A filter: all weights of an output channel. */
        PER_CHANNEL,
        /** A whole tensor. */
        PER_TENSOR
    }

    /** Where zero lies. Activations that are never negative use all integers from zero on, either way. */
    public enum Symmetry {
        /** In the middle. */
        SYMMETRIC,
        /** Where the range has it: integers have a zero point. */
        AFFINE
    }

    /** When ranges of activations are found. */
    public enum Ranges {
        /** Before, on examples. */
        STATIC,
        /** In each batch, from its largest absolute value. */
        DYNAMIC
    }

    /** What training does to scales. */
    public enum Scales {
        /** They stay as they were found. */
        FIXED,
        /** They are learnt (Esser et al., learned step size quantization, 2020). */
        LEARNT
    }

    /** Checks the bits, and copies the patterns. */
    public QuantizationOptions {
        checkBits("weight", weightBits);
        checkBits("activation", activationBits);
        ignored = List.copyOf(ignored);
        if (ranges == Ranges.DYNAMIC && (scales == Scales.LEARNT || symmetry == Symmetry.AFFINE)) {
            throw new IllegalArgumentException("ranges that are found in each batch are symmetric, and nothing of them"
                    + " is learnt: leave out one of both");
        }
    }

    private static void checkBits(String what, int bits) {
        if (bits < 2 || bits > 8) {
            throw new IllegalArgumentException("a quantized " + what + " has 2 to 8 bits, got " + bits);
        }
    }

    /** Returns the options of 8 bits, with static ranges and a scale for each filter. */
    public static QuantizationOptions defaults() {
        return DEFAULTS;
    }

    /** Returns the same with as many bits for weights as for activations. */
    public QuantizationOptions withBits(int bits) {
        return withWeightBits(bits).withActivationBits(bits);
    }

    /** The greatest integer of a weight; the least is its negative. */
    int weightHigh() {
        return (1 << (weightBits - 1)) - 1;
    }
}
