package dev.gatun.cli.compress;

import dev.gatun.cli.option.CliException;
import dev.gatun.cli.option.ExitCode;
import dev.gatun.compress.Snapshot;
import dev.gatun.compress.prune.Importance;
import dev.gatun.compress.prune.PruningOptions;
import dev.gatun.compress.prune.PruningTarget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which channels {@code gatun prune --structured} removes. */
final class PruneFlags {
    @Option(names = "--target-macs", paramLabel = "SHARE",
            description = "Remove channels until at most this share of the multiply-adds is left, such as 0.5.")
    @Nullable Double targetMacs;

    @Option(names = "--target-latency", paramLabel = "SHARE",
            description = "Remove channels until a batch takes at most this share of its time, as measured here.")
    @Nullable Double targetLatency;

    @Option(names = "--ratio", paramLabel = "SHARE|LAYER=SHARE,...", split = ",",
            description = "Remove this share of the channels, of all layers or of some by name: 0.5 or layer4.*=0.7"
                    + " (default: 0.5).")
    @Nullable List<String> ratios;

    @Option(names = "--importance", paramLabel = "l1|l2|scale|taylor|median|random",
            description = "What ranks channels: the norm of their weights, the scale of the normalisation after them,"
                    + " |weight * gradient| over some batches, the distance to the other filters, or chance (default:"
                    + " l2).")
    @Nullable ChannelImportance importance;

    @Option(names = "--scope", paramLabel = "layer|global",
            description = "Whether the same share of each layer goes, or the least of all channels wherever they are"
                    + " (default: layer).")
    @Nullable PruningScope scope;

    @Option(names = "--round-to", paramLabel = "N",
            description = "Keep a multiple of N channels of each layer that has as many (default: 1).")
    @Nullable Integer roundTo;

    @Option(names = "--minimum", paramLabel = "SHARE",
            description = "The share of each layer's channels that stays at least (default: 0.1).")
    @Nullable Double minimum;

    @Option(names = "--blocks", paramLabel = "N",
            description = "Also leave out the N residual blocks of least importance (default: 0).")
    @Nullable Integer blocks;

    /** The first of these options that was given; null where none was. */
    @Nullable String given() {
        return targetMacs != null ? "--target-macs" : targetLatency != null ? "--target-latency"
                : ratios != null ? "--ratio" : importance != null ? "--importance" : scope != null ? "--scope"
                : roundTo != null ? "--round-to" : minimum != null ? "--minimum" : blocks != null ? "--blocks" : null;
    }

    boolean needsGradients() {
        return importance == ChannelImportance.TAYLOR;
    }

    /**
     * Returns the options.
     *
     * @param ignored   layers that stay
     * @param gradients of the loss; empty where they are not needed
     * @param seconds   measures a network
     */
    PruningOptions options(List<String> ignored, Map<String, float[]> gradients, ToDoubleFunction<Snapshot> seconds,
            long seed) {
        PruningOptions options = PruningOptions.defaults().withIgnored(ignored);
        try {
            options = options.withTarget(target(seconds)).withRatios(layerRatios())
                    .withImportance(importance(gradients, seed));
            options = scope == PruningScope.GLOBAL ? options.withScope(PruningOptions.Scope.GLOBAL) : options;
            options = roundTo == null ? options : options.withRoundTo(roundTo);
            options = minimum == null ? options : options.withMinimum(minimum);
            return blocks == null ? options : options.withLeastBlocks(blocks);
        } catch (IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "pruning: " + e.getMessage(), e);
        }
    }

    private Importance importance(Map<String, float[]> gradients, long seed) {
        return switch (importance == null ? ChannelImportance.L2 : importance) {
            case L1 -> new Importance.L1();
            case L2 -> new Importance.L2();
            case SCALE -> new Importance.Scale();
            case TAYLOR -> new Importance.Taylor(gradients);
            case MEDIAN -> new Importance.GeometricMedian();
            case RANDOM -> new Importance.Random(seed);
        };
    }

    private PruningTarget target(ToDoubleFunction<Snapshot> seconds) {
        List<String> targets = new ArrayList<>();
        if (targetMacs != null) {
            targets.add("--target-macs");
        }
        if (targetLatency != null) {
            targets.add("--target-latency");
        }
        if (overall() != null) {
            targets.add("--ratio");
        }
        if (targets.size() > 1) {
            throw CliException.usage(String.join(" and ", targets) + " each say how much goes: leave all but one out");
        }
        return targetMacs != null ? new PruningTarget.Macs(targetMacs)
                : targetLatency != null ? new PruningTarget.Latency(targetLatency, seconds)
                : new PruningTarget.Ratio(overall() == null ? layerRatios().isEmpty() ? 0.5 : 0 : overall());
    }

    /** The share of all layers that are not named; null where none is given. */
    private @Nullable Double overall() {
        return ratios == null ? null : ratios.stream().filter(ratio -> ratio.indexOf('=') < 0).findFirst()
                .map(PruneFlags::share).orElse(null);
    }

    private Map<String, Double> layerRatios() {
        Map<String, Double> shares = new LinkedHashMap<>();
        if (ratios != null) {
            ratios.stream().filter(ratio -> ratio.indexOf('=') >= 0).forEach(ratio -> {
                int equals = ratio.lastIndexOf('=');
                shares.put(ratio.substring(0, equals), share(ratio.substring(equals + 1)));
            });
        }
        return shares;
    }

    private static Double share(String text) {
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException e) {
            throw new CliException(ExitCode.USAGE, "--ratio: '" + text + "' is no number from 0 to below 1", e);
        }
    }
}
