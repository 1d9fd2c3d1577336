package dev.gatun.op.function;

/** The functions of one variable with constant parameters. */
public sealed interface ParametricFunction extends ScalarFunction {
    /**
     * The leaky ReLU: {@code x} above 0, {@code slope * x} elsewhere (Maas et al., 2013).
     *
     * @param slope slope below 0 and at 0; not negative, so that the sign of the result is that of {@code x}
     */
    record LeakyRelu(double slope) implements ParametricFunction {
        public LeakyRelu {
            notNegative("leaky_relu", "slope", slope);
        }

        @Override
        public Known slopeFrom() {
            return Known.RESULT;
        }

        @Override
        public double value(double x) {
            return x <= 0 ? slope * x : x;
        }

        @Override
        public double slope(double y) {
            return y > 0 ? 1 : slope;
        }

        @Override
        public String lowerCase() {
            return "leaky_relu";
        }
    }

    /**
     * ELU: {@code x} above 0, {@code alpha * (exp(x) - 1)} elsewhere (Clevert et al., 2016).
     *
     * @param alpha negative of the limit for large negative {@code x}; not negative
     */
    record Elu(double alpha) implements ParametricFunction {
        public Elu {
            notNegative("elu", "alpha", alpha);
        }

        @Override
        public Known slopeFrom() {
            return Known.RESULT;
        }

        @Override
        public double value(double x) {
            return x <= 0 ? alpha * Math.expm1(x) : x;
        }

        @Override
        public double slope(double y) {
            return y > 0 ? 1 : y + alpha;
        }

        @Override
        public String lowerCase() {
            return "elu";
        }
    }

    /**
     * {@code x} clipped to {@code [low, high]}; the slope is 0 at both bounds. ReLU6 is {@code Clip(0, 6)}, hard tanh
     * {@code Clip(-1, 1)}.
     */
    record Clip(double low, double high) implements ParametricFunction {
        public Clip {
            if (!(low < high)) {
                throw new IllegalArgumentException("clip: low must be less than high, got " + low + " and " + high);
            }
        }

        @Override
        public Known slopeFrom() {
            return Known.ARGUMENT; // a bound that was rounded with the result would not be met
        }

        @Override
        public double value(double x) {
            return Math.min(Math.max(x, low), high);
        }

        @Override
        public double slope(double x) {
            return x > low && x < high ? 1 : 0;
        }

        @Override
        public String lowerCase() {
            return "clip";
        }
    }

    /**
     * Softplus: {@code log(1 + exp(beta * x)) / beta}, a smooth ReLU.
     *
     * @param beta sharpness of the bend; positive
     */
    record Softplus(double beta) implements ParametricFunction {
        public Softplus {
            if (!(beta > 0) || Double.isInfinite(beta)) {
                throw new IllegalArgumentException("softplus: beta must be positive and finite, got " + beta);
            }
        }

        @Override
        public Known slopeFrom() {
            return Known.ARGUMENT;
        }

        @Override
        public double value(double x) {
            return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(beta * x))) / beta; // which does not overflow
        }

        @Override
        public double slope(double x) {
            return UnaryFunction.SIGMOID.value(beta * x);
        }

        @Override
        public String lowerCase() {
            return "softplus";
        }
    }

    /**
     * {@code x^exponent}; NaN for a negative {@code x} and a fractional exponent.
     *
     * @param exponent finite
     */
    record Power(double exponent) implements ParametricFunction {
        public Power {
            if (!Double.isFinite(exponent)) {
                throw new IllegalArgumentException("power: the exponent must be finite, got " + exponent);
            }
        }

        @Override
        public Known slopeFrom() {
            return Known.ARGUMENT;
        }

        @Override
        public double value(double x) {
            return Math.pow(x, exponent);
        }

        @Override
        public double slope(double x) {
            return exponent == 0 ? 0 : exponent * Math.pow(x, exponent - 1);
        }

        @Override
        public String lowerCase() {
            return "power";
        }
    }

    private static void notNegative(String function, String what, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    function + ": " + what + " must be finite and not negative, got " + value);
        }
    }
}
