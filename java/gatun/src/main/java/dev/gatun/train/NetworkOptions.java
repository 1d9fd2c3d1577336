package dev.gatun.train;

import dev.gatun.engine.CompileOptions;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.graph.Variable;
import dev.gatun.options.WithMethods;
import java.util.function.Predicate;

/**
 * Options of a {@link Network}.
 *
 * @param trained   the own parameters that have gradients; the others are frozen
 * @param precision the types in which its layers compute; variables, losses and outputs stay as they are described
 * @param compile   how its kernels are chosen
 */
@WithMethods
public record NetworkOptions(Predicate<Variable> trained, PrecisionPolicy precision, CompileOptions compile)
        implements NetworkOptionsBuilder.With {

    private static final NetworkOptions DEFAULTS =
            new NetworkOptions(_ -> true, PrecisionPolicy.F32, CompileOptions.defaults());

    /** Returns the options of a network that is trained as a whole, in f32, with the device's first candidates. */
    public static NetworkOptions defaults() {
        return DEFAULTS;
    }
}
