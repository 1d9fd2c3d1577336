package dev.gatun.engine;

import dev.gatun.backend.ConvolutionMethod;
import dev.gatun.backend.LayoutPolicy;
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
public record CompileOptions(
        KernelChoices recorded, Tuning tuning, @Nullable LayoutPolicy layout, ConvolutionMethod convolution,
        @Nullable Path cache) {

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

    /** The same with choices of an earlier compile. */
    public CompileOptions withRecorded(KernelChoices newRecorded) {
        return new CompileOptions(newRecorded, tuning, layout, convolution, cache);
    }

    /** The same with another way to choose. */
    public CompileOptions withTuning(Tuning newTuning) {
        return new CompileOptions(recorded, newTuning, layout, convolution, cache);
    }

    /** The same with a given layout of activations. */
    public CompileOptions withLayout(LayoutPolicy newLayout) {
        return new CompileOptions(recorded, tuning, newLayout, convolution, cache);
    }

    /** The same with another way to compute convolutions. */
    public CompileOptions withConvolution(ConvolutionMethod newConvolution) {
        return new CompileOptions(recorded, tuning, layout, newConvolution, cache);
    }

    /** The same with another folder for measured choices. */
    public CompileOptions withCache(Path newCache) {
        return new CompileOptions(recorded, tuning, layout, convolution, newCache);
    }
}
