package dev.gatun.compress.weights;

import dev.gatun.compress.weights.WeightQuantizer.Binary;
import dev.gatun.compress.weights.WeightQuantizer.DoReFa;
import dev.gatun.compress.weights.WeightQuantizer.Largest;
import dev.gatun.compress.weights.WeightQuantizer.PowerOfTwo;
import dev.gatun.compress.weights.WeightQuantizer.Ternary;
import dev.gatun.compress.weights.WeightQuantizer.TrainedTernary;
import dev.gatun.compress.weights.WeightQuantizer.ZeroOne;
import dev.gatun.graph.Value;
import dev.gatun.nn.Formula;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.shape.DType;
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
     * @param f        writes it
     * @param variable the weight before the rewriting
     */
    static Value of(WeightQuantizer quantizer, Formula f, Value w, Value variable) {
        StraightThrough straight = new StraightThrough(f);
        return switch (quantizer) {
            case Binary() -> f.multiply(straight.pass(straight.sign(w), straight.clamp(w)),
                    straight.meanOfFilters(straight.abs(w)));
            case ZeroOne(double threshold) -> {
                Value above = f.affine(1, w, -threshold);
                Value bits = straight.pass(f.above(above, 0), straight.clamp(above));
                yield f.multiply(f.subtract(bits, straight.meanOfFilters(bits)),
                        f.times(2, straight.meanOfFilters(straight.abs(w))));
            }
            case Ternary(double threshold) -> straight.pass(ternary(f, straight, w, threshold), w);
            case TrainedTernary(double threshold) -> trainedTernary(f, straight, w, variable, threshold);
            case PowerOfTwo power -> straight.pass(power(f, straight, w, power), w);
            case DoReFa(int bits) -> bits == 1
                    ? straight.pass(f.multiply(straight.sign(w), f.over().mean(straight.abs(w))), w)
                    : doReFa(f, straight, w, bits);
            case Largest largest -> straight.pass(f.multiply(w, largest(f, straight, w, largest)), w);
        };
    }

    private static Value ternary(Formula f, StraightThrough straight, Value w, double threshold) {
        Value size = straight.abs(w);
        Value kept = above(f, size, f.times(threshold, f.over().mean(size)));
        Value sum = f.over().sum(kept);
        Value count = f.binary(BinaryFunction.MAXIMUM, sum, f.number(sum, 1));
        Value mean = f.divide(f.over().sum(f.multiply(size, kept)), count);
        return f.multiply(f.multiply(straight.sign(w), kept), mean);
    }

    private static Value trainedTernary(
            Formula f, StraightThrough straight, Value w, Value variable, double threshold) {
        Value limit = f.times(threshold, f.over().max(straight.abs(w)));
        Value above = straight.stop(above(f, w, limit));
        Value below = straight.stop(above(f, f.times(-1, w), limit));
        Value positive = f.multiply(above, scale(f, TernaryScales.POSITIVE, variable, threshold));
        Value negative = f.multiply(below, scale(f, TernaryScales.NEGATIVE, variable, threshold));
        Value factor = f.add(f.add(positive, negative), f.affine(-1, f.add(above, below), 1));
        return f.add(f.subtract(positive, negative), f.multiply(straight.stop(factor), straight.onlyGradient(w)));
    }

    private static Value scale(Formula f, TernaryScales scale, Value weight, double threshold) {
        return f.graph().variable(scale.of(weight, threshold), DType.F32);
    }

    private static Value doReFa(Formula f, StraightThrough straight, Value w, int bits) {
        int high = (1 << bits) - 1;
        Value bent = f.unary(UnaryFunction.TANH, w);
        Value twice = f.affine(2, f.over().max(straight.abs(bent)), Float.MIN_NORMAL);
        return f.affine(2.0 / high, straight.round(f.affine(high, f.divide(bent, twice), 0.5 * high), high), -1);
    }

    private static Value power(Formula f, StraightThrough straight, Value w, PowerOfTwo power) {
        int levels = power.levels();
        Value largest = exponent(f, f.over().max(straight.abs(w)));
        Value biased = straight.round(f.affine(1, largest, -LEAST_EXPONENT), (1 << EXPONENT_BITS) - 1);
        Value unit = f.times(Math.scalb(1.0, LEAST_EXPONENT), powerOfTwo(f, biased, EXPONENT_BITS));
        Value above = f.subtract(exponent(f, straight.abs(w)), f.affine(1, biased, LEAST_EXPONENT));
        Value level = straight.round(f.affine(1, above, levels), levels); // 0 is that of zero
        Value size = f.times(Math.scalb(1.0, -levels), powerOfTwo(f, level, power.bits() - 1));
        return f.multiply(f.multiply(f.multiply(straight.sign(w), f.atLeast(level, 1)), size), unit);
    }

    /** log2, and that of a very small number for 0. */
    private static Value exponent(Formula f, Value size) {
        Value positive = f.binary(BinaryFunction.MAXIMUM, size, f.number(size, Float.MIN_NORMAL));
        return f.times(1 / LN_2, f.unary(UnaryFunction.LOG, positive));
    }

    /** 2 to an integer, exactly, as exp is not: the product of what each bit of it stands for. */
    private static Value powerOfTwo(Formula f, Value integer, int bits) {
        Value rest = integer;
        Value product = null;
        for (int bit = bits - 1; bit >= 0; bit--) {
            Value set = f.atLeast(rest, 1 << bit);
            rest = f.subtract(rest, f.times(1 << bit, set));
            Value factor = f.affine(Math.scalb(1.0, 1 << bit) - 1, set, 1); // 2^64 - 1 rounds to 2^64, and so does + 1
            product = product == null ? factor : f.multiply(product, factor);
        }
        return Objects.requireNonNull(product);
    }

    /** The mask of the largest: halves the interval in which the least kept size lies, as there is no sorting. */
    private static Value largest(Formula f, StraightThrough straight, Value w, Largest largest) {
        Value size = straight.stop(straight.abs(w));
        double wanted = largest.of(w.type().shape().elements()) - 0.5;
        Value low = f.number(size, 0); // enough are at least as large
        Value high = f.over().max(size);
        for (int i = 0; i < HALVINGS; i++) {
            Value middle = f.times(0.5, f.add(low, high));
            Value enough = f.atLeast(f.over().sum(f.binary(BinaryFunction.GREATER_EQUAL, size, middle)), wanted);
            low = f.add(low, f.multiply(enough, f.subtract(middle, low)));
            high = f.add(middle, f.multiply(enough, f.subtract(high, middle)));
        }
        return f.binary(BinaryFunction.GREATER_EQUAL, size, low);
    }

    /** 1 where {@code a > b}, 0 elsewhere. */
    private static Value above(Formula f, Value a, Value b) {
        return f.binary(BinaryFunction.GREATER, a, b);
    }
}
