package dev.gatun.dist.codec;

/**
 * How gradients are compressed before they are summed over the ranks. {@link GradientCompressionText} reads and writes
 * it as text: {@code none}, {@code bf16}, {@code f16}, {@code top-k:fraction=0.01},
 * {@code random-k:fraction=0.01,seed=1}, {@code power-sgd:rank=4,min-rate=10,iterations=1,start=0},
 * {@code sign:scale=mean}.
 *
 * <p>Top-k, random-k and PowerSGD have error feedback: each rank keeps what it could not send, and adds it to its next
 * gradients (Stich, Cordonnier and Jaggi, 2018; Karimireddy et al., 2019).
 */
public sealed interface GradientCompression {
    /** Returns the name in texts, without options: {@code top-k}. */
    String name();

    /** Returns whether ranks keep what they could not send, so that its unit has to follow the loss scale's. */
    default boolean hasErrorFeedback() {
        return switch (this) {
            case None _, Bf16 _, F16 _, Sign _ -> false;
            case TopK _, RandomK _, PowerSgd _ -> true;
        };
    }

    /** No compression: gradients are all-reduced as they are. */
    record None() implements GradientCompression {
        @Override
        public String name() {
            return "none";
        }
    }

    /**
     * Each rank's gradients are rounded to nearest bf16, ties to even; the sum, taken in f32 in the order of the ranks,
     * is rounded once more. Half the bytes, no error feedback.
     */
    record Bf16() implements GradientCompression {
        @Override
        public String name() {
            return "bf16";
        }
    }

    /**
     * The same in f16, times a power of two for each range that is reduced, with which neither a gradient nor a sum can
     * overflow. What is smaller than 2^-39 of the largest gradient of the range, or so, becomes zero.
     */
    record F16() implements GradientCompression {
        @Override
        public String name() {
            return "f16";
        }
    }

    /**
     * Each rank sends the elements of largest magnitude of a range, with their indices, to all others: 8 bytes for
     * each, times the number of ranks less one. Of equal elements, those of lower index go first.
     *
     * @param fraction the share of elements, in (0, 1]; at least one of each range
     */
    record TopK(double fraction) implements GradientCompression {
        public TopK {
            checkFraction("top-k", fraction);
        }

        @Override
        public String name() {
            return "top-k";
        }
    }

    /**
     * All ranks send the same random elements, so that no indices travel and sums are all-reduced: one of each of equal
     * runs of consecutive elements, drawn anew each time. Sums are not multiplied by the inverse of the share: they are
     * no unbiased estimate, as what was left out is fed back instead. An element waits for {@code 1 / fraction} steps
     * or so until all its gradients are sent at once; a learning rate has to be stable for a step so many times larger.
     *
     * @param fraction the share of elements, in (0, 1]; at least one of each range
     * @param seed     of the draws, at least 0
     */
    record RandomK(double fraction, long seed) implements GradientCompression {
        public RandomK {
            checkFraction("random-k", fraction);
            if (seed < 0) {
                throw new IllegalArgumentException("random-k: the seed must not be negative, got " + seed);
            }
        }

        @Override
        public String name() {
            return "random-k";
        }
    }

    /**
     * PowerSGD (Vogels, Karimireddy and Jaggi, 2019): the sum of the ranks' matrices is replaced by one of low rank,
     * found by subspace iteration from where the last step's ended. Tensors of one row or column, and those for which
     * this saves too little, travel as they are.
     *
     * @param rank       columns of the factors, at least 1
     * @param minRate    the least quotient of the elements of a matrix and its factors, at least 1
     * @param iterations iterations a step, at least 1; each sends both factors
     * @param start      steps before the first that is compressed, at least 0
     */
    record PowerSgd(int rank, double minRate, int iterations, long start) implements GradientCompression {
        /** Rank 4, where that saves 9 of 10 bytes; one iteration, from the first step on. */
        public static final PowerSgd DEFAULTS = new PowerSgd(4, 10, 1, 0);

        private static final int MOST = 1024;

        public PowerSgd {
            if (rank < 1 || rank > MOST) {
                throw new IllegalArgumentException("power-sgd: the rank lies in 1 to " + MOST + ", got " + rank);
            }
            if (!(minRate >= 1 && minRate < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("power-sgd: min-rate must be at least 1, got " + minRate);
            }
            if (iterations < 1 || iterations > MOST) {
                throw new IllegalArgumentException(
                        "power-sgd: iterations lie in 1 to " + MOST + ", got " + iterations);
            }
            if (start < 0) {
                throw new IllegalArgumentException("power-sgd: start must not be negative, got " + start);
            }
        }

        @Override
        public String name() {
            return "power-sgd";
        }
    }

    /**
     * Majority vote (Bernstein et al., 2018 and 2019): each rank sends the signs of its gradients, and the result has
     * the sign of most of them, zero where as many are positive as negative. A sign is one bit; a zero, of which
     * padding has many, takes one more in its run of 4,096 elements. It is no estimate of the sum, and there is no
     * error feedback: where ranks disagree about a direction, the majority has it, however small its gradients are.
     *
     * @param scale what the sign is multiplied by
     */
    record Sign(Scale scale) implements GradientCompression {
        /** What the majority's sign is multiplied by. */
        public enum Scale {
            /**
             * The sum over the ranks of the mean magnitude of the tensor's gradients, which keeps the unit of
             * gradients.
             */
            MEAN,
            /**
             * The number of ranks, so that the mean over the ranks is 1, 0 or -1: signSGD. It does not know the loss
             * scale.
             */
            NONE
        }

        @Override
        public String name() {
            return "sign";
        }
    }

    private static void checkFraction(String name, double fraction) {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException(name + ": the fraction must lie in (0, 1], got " + fraction);
        }
    }
}
