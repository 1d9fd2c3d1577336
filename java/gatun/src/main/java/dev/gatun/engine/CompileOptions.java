package dev.gatun.engine;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.options.WithMethods;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Options of a compilation.
 *
 * @param recorded    choices of an earlier compilation, which are taken where the device still offers them
 * @param tuning      how other choices are made
 * @param layout      layout of activations where kernels support several; null to decide by {@code recorded} and
 *                    {@code tuning}
 * @param convolution algorithm of convolutions in f32
 * @param cache       folder of measured choices; null for the device's default
 * @param integers    how a graph that rounds to integers of few bits is computed in inference
 * @param across      the ranks that {@link dev.gatun.op.SumAcrossRanks} sums over; null for this one alone
 */
@WithMethods
public record CompileOptions(
        KernelChoices recorded, Tuning tuning, @Nullable LayoutPolicy layout, ConvolutionMethod convolution,
        @Nullable Path cache, Integers integers, @Nullable Collective across)
        implements CompileOptionsBuilder.With {

    /** How a graph with {@link dev.gatun.op.FakeQuantize} is computed in inference. */
    public enum Integers {
        /**
         * On integers of 8 bits, where the device and the graph allow it: see
         * {@link dev.gatun.graph.integers.IntegerInference}.
         */
        COMPUTED,
        /** In f32 throughout, rounded as the graph says. */
        EMULATED
    }

    private static final CompileOptions DEFAULTS =
            new CompileOptions(KernelChoices.NONE, Tuning.FIRST, null, ConvolutionMethod.AUTO, null, Integers.COMPUTED,
                    null);

    /** Returns the defaults: the device's default candidates. */
    public static CompileOptions defaults() {
        return DEFAULTS;
    }

    /** @param ranks null for this one alone */
    @Override
    public CompileOptions withAcross(@Nullable Collective ranks) {
        return CompileOptionsBuilder.With.super.withAcross(ranks);
    }

    /** Returns options that choose the fastest candidates on this machine. */
    public static CompileOptions measured() {
        return DEFAULTS.withTuning(Tuning.MEASURED);
    }
}
