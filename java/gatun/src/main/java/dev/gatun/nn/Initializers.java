package dev.gatun.nn;

import dev.gatun.graph.Initializer;
import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.Shape;
import java.util.Arrays;

/** Initialisers of variables. Weights have the shape {@code (outputs, inputs, window...)}. */
public final class Initializers {
    private Initializers() {}

    /** Returns an initialiser that sets all elements to one value. */
    public static Initializer constant(float value) {
        return (values, shape, random) -> Arrays.fill(values, value);
    }

    /** Returns a uniform distribution on {@code [-bound, bound)}. */
    public static Initializer uniform(double bound) {
        return (values, shape, random) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
        };
    }

    /** Returns a normal distribution of mean 0. */
    public static Initializer normal(double deviation) {
        return (values, shape, random) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * deviation);
            }
        };
    }

    /**
     * Returns a uniform distribution with bound {@code 1 / sqrt(fan in)}, the default of PyTorch's linear and
     * convolution layers (He initialisation with a negative slope of sqrt(5)).
     */
    public static Initializer fanInUniform() {
        return (values, shape, random) -> uniform(1 / Math.sqrt((double) fanIn(shape))).fill(values, shape, random);
    }

    /**
     * Returns a normal distribution of deviation {@code sqrt(2 / fan out)} (He et al., 2015), which preserves the
     * variance of gradients through ReLUs.
     */
    public static Initializer heNormalFanOut() {
        return (values, shape, random) -> normal(Math.sqrt(2.0 / fanOut(shape))).fill(values, shape, random);
    }

    /** The fan of a weight along which an initialisation preserves the variance. */
    public enum Fan {
        /** Fan in, the number of inputs of an output: preserves the variance of activations in the forward pass. */
        IN,
        /** Fan out, the number of outputs of an input: preserves the variance of gradients in the backward pass. */
        OUT;

        private double of(Shape weight) {
            return switch (this) {
                case IN -> fanIn(weight);
                case OUT -> fanOut(weight);
            };
        }
    }

    /**
     * Returns the gain that compensates for the effect of a function on the deviation of its input: {@code sqrt(2)} for
     * a ReLU, {@code sqrt(2 / (1 + slope^2))} for a leaky one, 5/3 for the hyperbolic tangent, as in PyTorch; 1 for
     * others.
     */
    public static double gain(ScalarFunction function) {
        return switch (function) {
            case UnaryFunction.RELU -> Math.sqrt(2);
            case UnaryFunction.TANH -> 5.0 / 3;
            case ParametricFunction.LeakyRelu(double slope) -> Math.sqrt(2 / (1 + slope * slope));
            case UnaryFunction _, ParametricFunction _ -> 1;
        };
    }

    /** Returns a uniform distribution with bound {@code gain * sqrt(3 / fan)} (He et al., 2015). */
    public static Initializer kaimingUniform(Fan fan, double gain) {
        checkFactor("gain", gain);
        return (values, shape, random) -> uniform(gain * Math.sqrt(3 / fan.of(shape))).fill(values, shape, random);
    }

    /** Returns a normal distribution of deviation {@code gain / sqrt(fan)} (He et al., 2015). */
    public static Initializer kaimingNormal(Fan fan, double gain) {
        checkFactor("gain", gain);
        return (values, shape, random) -> normal(gain / Math.sqrt(fan.of(shape))).fill(values, shape, random);
    }

    /**
     * Returns a uniform distribution with bound {@code gain * sqrt(6 / (fan in + fan out))} (Glorot and Bengio, 2010).
     */
    public static Initializer xavierUniform(double gain) {
        checkFactor("gain", gain);
        return (values, shape, random) ->
                uniform(gain * Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape)))).fill(values, shape, random);
    }

    /**
     * Returns a normal distribution of deviation {@code gain * sqrt(2 / (fan in + fan out))} (Glorot and Bengio, 2010).
     */
    public static Initializer xavierNormal(double gain) {
        checkFactor("gain", gain);
        return (values, shape, random) ->
                normal(gain * Math.sqrt(2.0 / (fanIn(shape) + fanOut(shape)))).fill(values, shape, random);
    }

    /**
     * Returns a normal distribution of mean 0, truncated at {@code deviations} standard deviations by drawing again.
     */
    public static Initializer truncatedNormal(double deviation, double deviations) {
        checkFactor("deviation", deviation);
        checkFactor("number of deviations", deviations);
        return (values, shape, random) -> {
            for (int i = 0; i < values.length; i++) {
                double drawn = random.nextGaussian();
                while (Math.abs(drawn) > deviations) {
                    drawn = random.nextGaussian();
                }
                values[i] = (float) (drawn * deviation);
            }
        };
    }

    /**
     * Returns a random semi-orthogonal matrix times {@code gain} (Saxe et al., 2014): orthogonal rows, or columns where
     * there are fewer of them. A weight of more dimensions counts as {@code (outputs, all others)}.
     */
    public static Initializer orthogonal(double gain) {
        checkFactor("gain", gain);
        return (values, shape, random) -> {
            int rows = Math.toIntExact(shape.extent(0));
            int columns = rows == 0 ? 0 : values.length / rows;
            double[][] vectors = new double[Math.min(rows, columns)][Math.max(rows, columns)];
            for (int i = 0; i < vectors.length; i++) {
                Arrays.setAll(vectors[i], _ -> random.nextGaussian());
                for (int j = 0; j < 2 * i; j++) { // all of them twice: once leaves what rounding made of it
                    subtractProjection(vectors[i], vectors[j % i]);
                }
                double length = Math.sqrt(product(vectors[i], vectors[i]));
                for (int k = 0; k < vectors[i].length; k++) {
                    vectors[i][k] /= length;
                }
            }
            for (int at = 0; at < values.length; at++) {
                int row = at / columns;
                int column = at % columns;
                values[at] = (float) (gain * (rows <= columns ? vectors[row][column] : vectors[column][row]));
            }
        };
    }

    private static void subtractProjection(double[] vector, double[] unit) {
        double along = product(vector, unit);
        for (int k = 0; k < vector.length; k++) {
            vector[k] -= along * unit[k];
        }
    }

    private static double product(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    private static void checkFactor(String what, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("initialisation: the " + what + " must be positive and finite, got "
                    + value);
        }
    }

    /** Returns the fan in of a weight of the given shape: the number of inputs that an output sums over. */
    public static long fanIn(Shape weight) {
        return weight.elements() / Math.max(1, weight.extent(0));
    }

    /** Returns the fan out of a weight of the given shape: the number of outputs that an input contributes to. */
    public static long fanOut(Shape weight) {
        return weight.elements() / Math.max(1, weight.extent(1));
    }
}
