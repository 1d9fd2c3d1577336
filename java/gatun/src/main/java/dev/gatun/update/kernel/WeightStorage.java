package dev.gatun.update.kernel;

import dev.gatun.shape.DType;

/**
 * How the weights of an optimizer are stored.
 *
 * @param format   which numbers there are
 * @param rounding how f32 becomes bf16
 * @param seed     decides the random numbers of stochastic rounding, together with step and element; 0 otherwise
 */
public record WeightStorage(Format format, Rounding rounding, long seed) {
    /** Which numbers there are. */
    public enum Format {
        /** The weights in f32. */
        F32,
        /** The weights in f32, and a copy in bf16 that is written in the same pass. */
        F32_AND_BF16,
        /** The weights in bf16 only. Rounded to nearest they stall: a step of 1e-4 never moves a weight of 1. */
        BF16
    }

    /** f32 and nothing else. */
    public static final WeightStorage F32 = new WeightStorage(Format.F32, Rounding.NEAREST, 0);

    /** f32 with a copy in bf16, rounded to nearest. */
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

    /** The same with stochastic rounding. */
    public WeightStorage stochastic(long newSeed) {
        return new WeightStorage(format, Rounding.STOCHASTIC, newSeed);
    }

    /** What the weights themselves are, the copy left out. */
    public DType dtype() {
        return switch (format) {
            case F32, F32_AND_BF16 -> DType.F32;
            case BF16 -> DType.BF16;
        };
    }

    /** Whether there is a copy in bf16. */
    public boolean hasCopy() {
        return format == Format.F32_AND_BF16;
    }
}
