package dev.gatun.nn;

import dev.gatun.graph.Initializer;
import dev.gatun.shape.Shape;
import java.util.Arrays;

/** How variables begin. Weights are {@code (outputs, inputs, window...)}. */
public final class Initializers {
    private Initializers() {}

    /** All elements equal. */
    public static Initializer constant(float value) {
        return (values, shape, random) -> Arrays.fill(values, value);
    }

    /** Uniform in {@code [-bound, bound)}. */
    public static Initializer uniform(double bound) {
        return (values, shape, random) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
            }
        };
    }

    /** Normal around 0. */
    public static Initializer normal(double deviation) {
        return (values, shape, random) -> {
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() * deviation);
            }
        };
    }

    /**
     * Uniform with bound {@code 1 / sqrt(fan in)}: what PyTorch's linear and convolution layers start from
     * (He initialisation with a negative slope of sqrt(5)).
     */
    public static Initializer fanInUniform() {
        return (values, shape, random) -> uniform(1 / Math.sqrt((double) fanIn(shape))).fill(values, shape, random);
    }

    /**
     * Normal with deviation {@code sqrt(2 / fan out)} (He et al., 2015), which keeps gradients' variance through ReLUs.
     */
    public static Initializer heNormalFanOut() {
        return (values, shape, random) -> normal(Math.sqrt(2.0 / fanOut(shape))).fill(values, shape, random);
    }

    /** Uniform with bound {@code sqrt(6 / (fan in + fan out))} (Glorot and Bengio, 2010). */
    public static Initializer xavierUniform() {
        return (values, shape, random) ->
                uniform(Math.sqrt(6.0 / (fanIn(shape) + fanOut(shape)))).fill(values, shape, random);
    }

    /** Inputs that one output of a weight of the given shape sums over. */
    public static long fanIn(Shape weight) {
        return weight.elements() / Math.max(1, weight.extent(0));
    }

    /** Outputs that one input of a weight of the given shape reaches. */
    public static long fanOut(Shape weight) {
        return weight.elements() / Math.max(1, weight.extent(1));
    }
}
