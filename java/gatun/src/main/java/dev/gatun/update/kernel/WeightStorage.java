package dev.gatun.update.kernel;

import dev.gatun.shape.DType;

/**
 * The storage of the weights of an optimizer.
 *
 * @param format   types of the weights
 * @param rounding rounding of f32 to bf16
 * @param seed     seed of stochastic rounding, combined with step and element; 0 otherwise
 */
public record WeightStorage(Format format, Rounding rounding, long seed) {
    /** The types of the weights. */
    public enum Format {
        /** The weights in f32. */
        F32,
        /** The weights in f32, and a copy in bf16 that is written in the same pass. */
        F32_AND_BF16,
        /** The weights in bf16 only. Rounded to nearest they stagnate: a step of 1e-4 never changes a weight of 1. */
        BF16
    }

    /** f32 only. */
    public static final WeightStorage F32 = new WeightStorage(Format.F32, Rounding.NEAREST, 0);

    /** f32 with a bf16 copy, rounded to nearest. */
    public static final WeightStorage F32_AND_BF16 = new WeightStorage(Format.F32_AND_BF16, Rounding.NEAREST, 0);

    /** bf16 only, rounded to nearest. */
    public static final WeightStorage BF16 = new WeightStorage(Format.BF16, Rounding.NEAREST, 0);

    public WeightStorage {
        if (rounding == Rounding.NEAREST && seed != 0) {
            throw new IllegalArgumentException("rounding to nearest has no seed, got " + seed);
        }
        if (format == Format.F32 && rounding != Rounding.NEAREST) {
            throw new IllegalArgumentException("weights in f32 are not rounded: choose bf16 with stochastic rounding");
        }
    }

    /** Returns a copy with stochastic rounding. */
    public WeightStorage stochastic(long newSeed) {
        return new WeightStorage(format, Rounding.STOCHASTIC, newSeed);
    }

    /** Returns the type of the weights themselves, without the copy. */
    public DType dtype() {
        return switch (format) {
            case F32, F32_AND_BF16 -> DType.F32;
            case BF16 -> DType.BF16;
        };
    }

    /** Returns whether there is a bf16 copy. */
    public boolean hasCopy() {
        return format == Format.F32_AND_BF16;
    }
}
