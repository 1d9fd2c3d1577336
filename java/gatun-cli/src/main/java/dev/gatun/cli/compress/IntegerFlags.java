package dev.gatun.cli.compress;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.cli.option.Flags;
import dev.gatun.compress.quantize.Observer;
import dev.gatun.compress.quantize.QuantizationOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How {@code gatun quantize} rounds to integers. */
final class IntegerFlags {
    private static final int CALIBRATION = 512;

    @Option(names = "--bits", paramLabel = "N", description = "Bits of weights and activations, 2 to 8 (default: 8).")
    @Nullable Integer bits;

    @Option(names = "--weight-bits", paramLabel = "N", description = "Bits of weights (default: as --bits).")
    @Nullable Integer weightBits;

    @Option(names = "--observer", paramLabel = "min_max|moving_average|percentile|mse|entropy",
            description = "How the range of an activation follows from the images that are looked at (default:"
                    + " min_max). mse finds scales of weights too.")
    @Nullable Observer observer;

    @Option(names = "--calibration", paramLabel = "N",
            description = "Training images to look at (default: 512).")
    @Nullable Integer calibration;

    @Option(names = "--per-tensor", description = "One scale for each weight, not one for each of its filters.")
    boolean perTensor;

    @Option(names = "--affine", description = "Give activations a zero point, where they can be negative.")
    boolean affine;

    @Option(names = "--dynamic", description = "Find the ranges of activations in each batch; no images are looked at.")
    boolean dynamic;

    @Option(names = "--learn-scales", description = "Train the scales too (LSQ), with --epochs.")
    boolean learnScales;

    /** The first of these options that was given; null where none was. */
    @Nullable String given() {
        return bits != null ? "--bits" : weightBits != null ? "--weight-bits" : observer != null ? "--observer"
                : calibration != null ? "--calibration" : perTensor ? "--per-tensor" : affine ? "--affine"
                : dynamic ? "--dynamic" : learnScales ? "--learn-scales" : null;
    }

    /** Returns how many images are looked at. */
    int images() {
        return Flags.atLeast("--calibration", 1, calibration, CALIBRATION);
    }

    /** Returns the options. */
    QuantizationOptions options(@Nullable Integer activationBits, List<String> ignored) {
        try {
            QuantizationOptions wanted = QuantizationOptions.defaults()
                    .withWeightBits(weightBits != null ? weightBits : bits != null ? bits : 8)
                    .withActivationBits(activationBits != null ? activationBits : bits != null ? bits : 8)
                    .withIgnored(ignored);
            wanted = observer == null ? wanted : wanted.withObserver(observer);
            wanted = perTensor ? wanted.withWeights(QuantizationOptions.Granularity.PER_TENSOR) : wanted;
            wanted = affine ? wanted.withSymmetry(QuantizationOptions.Symmetry.AFFINE) : wanted;
            wanted = learnScales ? wanted.withScales(QuantizationOptions.Scales.LEARNT) : wanted;
            return dynamic ? wanted.withRanges(QuantizationOptions.Ranges.DYNAMIC) : wanted;
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }
}
