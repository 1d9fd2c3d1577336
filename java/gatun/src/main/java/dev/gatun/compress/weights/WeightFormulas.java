package dev.gatun.compress.weights;

import dev.gatun.compress.weights.WeightQuantizer.Binary;
import dev.gatun.compress.weights.WeightQuantizer.DoReFa;
import dev.gatun.compress.weights.WeightQuantizer.Largest;
import dev.gatun.compress.weights.WeightQuantizer.PowerOfTwo;
import dev.gatun.compress.weights.WeightQuantizer.Ternary;
import dev.gatun.compress.weights.WeightQuantizer.TrainedTernary;
import dev.gatun.compress.weights.WeightQuantizer.ZeroOne;
import dev.gatun.graph.Value;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import java.util.Objects;

/** The quantizers as operations of a graph. Nothing divides by zero where all weights are 0. */
final class WeightFormulas {
    private static final double LN_2 = Math.log(2);
    /** The exponents of a layer's largest weight begin here, and are as many as seven bits tell apart. */
    private static final int LEAST_EXPONENT = -64;
    private static final int EXPONENT_BITS = 7;
    /** Halvings of an interval: as many as f32 has bits. */
    private static final int HALVINGS = 32;

    private WeightFormulas() {}

    /**
     * Returns the quantized weight.
     *
     * @param formula writes it
     * @param variable the weight before the rewriting
     */
    static Value of(WeightQuantizer quantizer, Formula formula, Value w, Value variable) {
        return switch (quantizer) {
            case Binary() -> binary(formula, w);
            case ZeroOne(double threshold) -> {
                Value above = formula.affine(w, 1, -threshold);
                yield formula.straightThrough(formula.above(above, formula.constant(0)), formula.clamp(above));
            }
            case Ternary(double threshold) -> ternary(formula, w, threshold);
            case TrainedTernary(double threshold) -> trainedTernary(formula, w, variable, threshold);
            case PowerOfTwo power -> power(formula, w, power);
            case DoReFa(int bits) -> bits == 1 ? oneBit(formula, w) : doReFa(formula, w, bits);
            case Largest largest -> largest(formula, w, largest);
        };
    }

    private static Value binary(Formula f, Value w) {
        return f.times(f.straightThrough(f.sign(w), f.clamp(w)), f.meanOfFilters(f.abs(w)));
    }

    private static Value oneBit(Formula f, Value w) {
        return f.straightThrough(f.times(f.sign(w), f.reduce(Reduction.MEAN, f.abs(w))), w);
    }

    private static Value ternary(Formula f, Value w, double threshold) {
        Value size = f.abs(w);
        Value kept = f.above(size, f.affine(f.reduce(Reduction.MEAN, size), threshold, 0));
        Value count = f.of(BinaryFunction.MAXIMUM, f.reduce(Reduction.SUM, kept), f.constant(1));
        Value mean = f.divide(f.reduce(Reduction.SUM, f.times(size, kept)), count);
        return f.straightThrough(f.times(f.times(f.sign(w), kept), mean), w);
    }

    private static Value trainedTernary(Formula f, Value w, Value variable, double threshold) {
        Value limit = f.affine(f.reduce(Reduction.MAX, f.abs(w)), threshold, 0);
        Value above = f.stop(f.above(w, limit));
        Value below = f.stop(f.above(f.affine(w, -1, 0), limit));
        Value positive = f.times(above, f.variable(TernaryScales.POSITIVE.of(variable, threshold)));
        Value negative = f.times(below, f.variable(TernaryScales.NEGATIVE.of(variable, threshold)));
        Value factor = f.plus(f.plus(positive, negative), f.affine(f.plus(above, below), -1, 1));
        return f.plus(f.minus(positive, negative), f.times(f.stop(factor), f.onlyGradient(w)));
    }

    private static Value doReFa(Formula f, Value w, int bits) {
        int high = (1 << bits) - 1;
        Value bent = f.of(UnaryFunction.TANH, w);
        Value twice = f.affine(f.reduce(Reduction.MAX, f.abs(bent)), 2, Float.MIN_NORMAL);
        return f.affine(f.round(f.affine(f.divide(bent, twice), high, 0.5 * high), high), 2.0 / high, -1);
    }

    private static Value power(Formula f, Value w, PowerOfTwo power) {
        int levels = power.levels();
        Value largest = exponent(f, f.reduce(Reduction.MAX, f.abs(w)));
        Value biased = f.round(f.affine(largest, 1, -LEAST_EXPONENT), (1 << EXPONENT_BITS) - 1);
        Value unit = f.affine(powerOfTwo(f, biased, EXPONENT_BITS), Math.scalb(1.0, LEAST_EXPONENT), 0);
        Value above = f.minus(exponent(f, f.abs(w)), f.affine(biased, 1, LEAST_EXPONENT));
        Value level = f.round(f.affine(above, 1, levels), levels); // 0 is that of zero
        Value size = f.affine(powerOfTwo(f, level, power.bits() - 1), Math.scalb(1.0, -levels), 0);
        Value kept = f.atLeast(level, f.constant(1));
        return f.straightThrough(f.times(f.times(f.times(f.sign(w), kept), size), unit), w);
    }

    /** log2, and that of a very small number for 0. */
    private static Value exponent(Formula f, Value size) {
        Value positive = f.of(BinaryFunction.MAXIMUM, size, f.constant(Float.MIN_NORMAL));
        return f.affine(f.of(UnaryFunction.LOG, positive), 1 / LN_2, 0);
    }

    /** 2 to an integer, exactly, as exp is not: the product of what each bit of it stands for. */
    private static Value powerOfTwo(Formula f, Value integer, int bits) {
        Value rest = integer;
        Value product = null;
        for (int bit = bits - 1; bit >= 0; bit--) {
            Value set = f.atLeast(rest, f.constant(1 << bit));
            rest = f.minus(rest, f.affine(set, 1 << bit, 0));
            Value factor = f.affine(set, Math.scalb(1.0, 1 << bit) - 1, 1); // 2^64 - 1 rounds to 2^64, and so does + 1
            product = product == null ? factor : f.times(product, factor);
        }
        return Objects.requireNonNull(product);
    }

    /** Halves the interval in which the least kept size lies, as there is no sorting. */
    private static Value largest(Formula f, Value w, Largest largest) {
        Value size = f.stop(f.abs(w));
        Value wanted = f.constant(largest.of(w.type().shape().elements()) - 0.5);
        Value low = f.constant(0); // enough are at least as large
        Value high = f.reduce(Reduction.MAX, size);
        for (int i = 0; i < HALVINGS; i++) {
            Value middle = f.affine(f.plus(low, high), 0.5, 0);
            Value enough = f.atLeast(f.reduce(Reduction.SUM, f.atLeast(size, middle)), wanted);
            low = f.plus(low, f.times(enough, f.minus(middle, low)));
            high = f.plus(middle, f.times(enough, f.minus(high, middle)));
        }
        return f.straightThrough(f.times(w, f.atLeast(size, low)), w);
    }
}
