package dev.gatun.cli.option;

import dev.gatun.backend.DeviceOptions.Emulation;
import dev.gatun.graph.Precision;
import dev.gatun.graph.PrecisionPolicy;
import dev.gatun.optim.LossScaling;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the precision of computation. */
public final class PrecisionOptions {
    @Option(names = "--precision", paramLabel = "f32|bf16|f16",
            description =
                    "What convolutions, linear layers and products compute in; weights, sums and losses stay in f32"
                    + " (default: f32, or what a run was trained in). f16 needs a scaled loss (--loss-scale dynamic).")
    @Nullable Precision precision;

    @Option(names = "--precision-exceptions", paramLabel = "LAYER", split = ",",
            description = "Layers that compute in f32 all the same, by name: 0,layer1.* (default: none).")
    @Nullable List<String> exceptions;

    @Option(names = "--allow-emulation",
            description =
                    "Compute in f32 between casts where the processor has no arithmetic in the precision: slower than "
                    + "f32.")
    boolean allowEmulation;

    /** Returns the requested precision, f32 by default. */
    public PrecisionPolicy policy() {
        return policy(PrecisionPolicy.F32);
    }

    /**
     * Returns the requested precision.
     *
     * @param unasked default
     */
    public PrecisionPolicy policy(PrecisionPolicy unasked) {
        if (exceptions == null) {
            return precision == null ? unasked : PrecisionPolicy.of(precision);
        }
        if (precision == null || precision == Precision.F32) {
            throw CliException.usage(
                    "--precision-exceptions name layers that compute in f32: add --precision bf16, or f16");
        }
        return new PrecisionPolicy(precision, exceptions);
    }

    /** Returns the loss scaling that the precision needs. */
    public LossScaling lossScaling() {
        return policy().precision().needsLossScaling() ? LossScaling.DYNAMIC : LossScaling.NONE;
    }

    /** Returns whether emulation in f32 is allowed. */
    public Emulation emulation() {
        return allowEmulation ? Emulation.ALLOWED : Emulation.REFUSED;
    }
}
