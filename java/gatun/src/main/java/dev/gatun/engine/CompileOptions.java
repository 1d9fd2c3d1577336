package dev.gatun.engine;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.LayoutPolicy;
import dev.gatun.options.WithMethods;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How to compile.
 *
 * @param recorded    choices of an earlier compile, which are taken where the device still offers them
 * @param tuning      how to choose the rest
 * @param layout      the layout of activations where kernels leave a choice; null leaves it to {@code recorded} and
 *                    {@code tuning}
 * @param convolution how convolutions are computed, in f32
 * @param cache       the folder that remembers measured choices; null for the device's
 */
@WithMethods
public record CompileOptions(
        KernelChoices recorded, Tuning tuning, @Nullable LayoutPolicy layout, ConvolutionMethod convolution,
        @Nullable Path cache)
        implements CompileOptionsBuilder.With {

    private static final CompileOptions DEFAULTS =
            new CompileOptions(KernelChoices.NONE, Tuning.FIRST, null, ConvolutionMethod.AUTO, null);

    /** The device's first candidates. */
    public static CompileOptions defaults() {
        return DEFAULTS;
    }

    /** The fastest candidates on this machine. */
    public static CompileOptions measured() {
        return DEFAULTS.withTuning(Tuning.MEASURED);
    }
}
