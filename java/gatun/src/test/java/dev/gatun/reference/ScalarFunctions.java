package dev.gatun.reference;

import dev.gatun.op.function.ParametricFunction;
import dev.gatun.op.function.ScalarFunction;
import dev.gatun.op.function.UnaryFunction;
import java.util.ArrayList;
import java.util.List;

/** Every function of one variable, those with numbers more than once. */
public final class ScalarFunctions {
    private ScalarFunctions() {}

    /** All of them. */
    public static List<ScalarFunction> all() {
        List<ScalarFunction> all = new ArrayList<>(List.of(UnaryFunction.values()));
        all.add(new ParametricFunction.LeakyRelu(0.01));
        all.add(new ParametricFunction.LeakyRelu(0.3));
        all.add(new ParametricFunction.Elu(1));
        all.add(new ParametricFunction.Elu(1.6732632423543772));
        all.add(new ParametricFunction.Clip(-0.4, 0.3));
        all.add(new ParametricFunction.Clip(0.1, 0.5));
        all.add(new ParametricFunction.Softplus(1));
        all.add(new ParametricFunction.Softplus(2.5));
        all.add(new ParametricFunction.Power(2));
        all.add(new ParametricFunction.Power(0.5));
        all.add(new ParametricFunction.Power(-1.5));
        return all;
    }

    /** A function and its numbers. */
    static String describe(ScalarFunction function) {
        return switch (function) {
            case UnaryFunction plain -> plain.lowerCase();
            case ParametricFunction.LeakyRelu(double slope) -> "leaky_relu of " + slope;
            case ParametricFunction.Elu(double alpha) -> "elu of " + alpha;
            case ParametricFunction.Clip(double low, double high) -> "clip to " + low + " and " + high;
            case ParametricFunction.Power(double exponent) -> "power of " + exponent;
            case ParametricFunction.Softplus(double beta) -> "softplus of " + beta;
        };
    }
}
