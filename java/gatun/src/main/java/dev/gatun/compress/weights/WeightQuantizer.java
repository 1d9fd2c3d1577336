package dev.gatun.compress.weights;

/**
 * What a layer computes with in place of its weight {@code w}. The weight itself stays in f32 and is trained; its
 * gradient is that of the quantized weight {@code q}, passed through what has no slope as each quantizer says (Bengio
 * et al., straight-through estimators, 2013). A filter is all that has the same first index in {@code w}.
 */
public sealed interface WeightQuantizer {
    /**
     * {@code q = sign(w) E|w|}, with the mean of each filter and {@code sign(0) = 1} (Rastegari et al., XNOR-Net,
     * 2016). The sign passes gradients on where {@code |w| < 1}, half of them at 1; the mean has its own gradient.
     */
    record Binary() implements WeightQuantizer { }

    /**
     * {@code q = 2 E|w| (b - E b)} with {@code b = 1} where {@code w > threshold}, 0 elsewhere, and the means of each
     * filter: a layer adds up what its ones read, takes away as much of the sum of all that it reads, and scales. The
     * bits pass gradients on where {@code |w - threshold| < 1}, half of them at 1; the means have their own.
     *
     * <p>With the bits alone ({@code q = b}), sums of what is never negative rise and fall together in all channels of
     * a layer, by the brightness of an image, which no normalisation over a batch takes out again: ResNet-20 on 960
     * digits, which learns 99.5 % in six epochs by {@code b - E b}, learns 16.5 % by {@code b}.
     *
     * @param threshold finite
     */
    record ZeroOne(double threshold) implements WeightQuantizer {
        public ZeroOne {
            check(Double.isFinite(threshold), "threshold of binary01", "finite", threshold);
        }
    }

    /**
     * {@code q = sign(w) a} where {@code |w| > d}, 0 elsewhere, with {@code d = threshold E|w|} and {@code a} the mean
     * of {@code |w|} above {@code d}, both of the layer (Li et al., ternary weight networks, 2016). Gradients pass
     * unchanged.
     *
     * @param threshold at least 0, and below 1, so that some weight is above it
     */
    record Ternary(double threshold) implements WeightQuantizer {
        public Ternary {
            check(threshold >= 0 && threshold < 1, "threshold of ternary", "at least 0 and below 1", threshold);
        }
    }

    /**
     * {@code q = p} where {@code w > d}, {@code -n} where {@code w < -d}, 0 elsewhere, with
     * {@code d = threshold max|w|} of the layer and two scales that are trained too, as the variables
     * {@code NAME.positive} and {@code NAME.negative} (Zhu et al., trained ternary quantization, 2017). They begin as
     * the means of {@code |w|} where they stand. Gradients of {@code w} are multiplied by {@code p}, {@code n} and 1.
     *
     * @param threshold at least 0 and below 1
     */
    record TrainedTernary(double threshold) implements WeightQuantizer {
        public TrainedTernary {
            check(threshold >= 0 && threshold < 1, "threshold of ttq", "at least 0 and below 1", threshold);
        }
    }

    /**
     * The nearest power of two by its logarithm, {@code q = sign(w) 2^round(log2|w|)}. There are
     * {@code 2^(bits - 1) - 1} exponents up to that of the layer's largest weight; what is below the least of them is
     * 0. Gradients pass unchanged.
     *
     * @param bits of a weight, sign included, 2 to 8
     */
    record PowerOfTwo(int bits) implements WeightQuantizer {
        public PowerOfTwo {
            check(bits >= 2 && bits <= 8, "bits of pow2", "2 to 8", bits);
        }

        /** The number of exponents. */
        int levels() {
            return (1 << (bits - 1)) - 1;
        }
    }

    /**
     * With {@code t = tanh(w)} and {@code n = 2^bits - 1}: {@code q = 2 round(n (t / (2 max|t|) + 1/2)) / n - 1}, with
     * the maximum of the layer; the gradient passes through the rounding. With one bit, {@code q = sign(w) E|w|}
     * with the mean of the layer, and the gradient passes unchanged (Zhou et al., DoReFa-Net, 2016).
     *
     * @param bits 1 to 8
     */
    record DoReFa(int bits) implements WeightQuantizer {
        public DoReFa {
            check(bits >= 1 && bits <= 8, "bits of dorefa", "1 to 8", bits);
        }
    }

    /**
     * {@code q = w} for the given share of the layer's weights that are largest by absolute value, 0 elsewhere; all of
     * equal size are kept. Which they are is found anew in each step, and gradients pass unchanged, so that a weight
     * can come back.
     *
     * @param share above 0 and at most 1; of the elements, rounded to at least one
     */
    record Largest(double share) implements WeightQuantizer {
        public Largest {
            check(share > 0 && share <= 1, "share of largest", "above 0 and at most 1", share);
        }

        /** How many of some elements are kept. */
        long of(long elements) {
            return Math.max(1, Math.round(share * elements));
        }
    }

    /** Returns it as {@link #parse} reads it: {@code dorefa:bits=4}. */
    default String text() {
        return QuantizerText.of(this);
    }

    /**
     * Reads {@code binary}, {@code binary01:threshold=0}, {@code ternary:threshold=0.7}, {@code ttq:threshold=0.05},
     * {@code pow2:bits=4}, {@code dorefa:bits=4} or {@code largest:share=0.2}; what follows the name may be left out,
     * and has these values then.
     *
     * @throws IllegalArgumentException for any other text, saying what is wrong
     */
    static WeightQuantizer parse(String text) {
        return QuantizerText.parse(text);
    }

    private static void check(boolean valid, String what, String wanted, Number found) {
        if (!valid) {
            throw new IllegalArgumentException("weights: the " + what + ": " + wanted + " wanted, got " + found);
        }
    }
}
