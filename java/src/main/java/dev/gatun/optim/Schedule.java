package dev.gatun.optim;

/** The learning rate as a pure function of the steps taken, so that a resumed run needs no state for it. */
public sealed interface Schedule {
    /** What the base learning rate is multiplied by, after {@code steps} steps. */
    double factor(long steps);

    /** Always the base rate. */
    record Constant() implements Schedule {
        @Override
        public double factor(long steps) {
            return 1;
        }
    }

    /**
     * A linear warm-up followed by half a cosine from 1 to 0 (Loshchilov and Hutter, 2017), which stays at 0 afterwards.
     *
     * @param warmup steps of the warm-up
     * @param total  steps of warm-up and decay together
     */
    record Cosine(long warmup, long total) implements Schedule {
        public Cosine {
            if (warmup < 0 || total < 1 || warmup > total) {
                throw new IllegalArgumentException("cosine schedule: warm-up of " + warmup + " of " + total + " steps");
            }
        }

        @Override
        public double factor(long steps) {
            if (steps < warmup) {
                return (steps + 1.0) / (warmup + 1.0);
            }
            double progress = Math.min(1, (steps - warmup) / (double) Math.max(1, total - warmup));
            return (1 + Math.cos(Math.PI * progress)) / 2;
        }
    }
}
