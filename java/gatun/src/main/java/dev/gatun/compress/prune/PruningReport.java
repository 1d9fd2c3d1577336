package dev.gatun.compress.prune;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What pruning did.
 *
 * @param groups           each group of channels
 * @param blocks           the residual blocks that were left out
 * @param macsBefore       multiply-accumulates of inference for one image: half of the floating-point operations
 * @param macsAfter        the same afterwards
 * @param parametersBefore number of trainable elements
 * @param parametersAfter  the same afterwards
 */
public record PruningReport(
        List<Group> groups, List<String> blocks, long macsBefore, long macsAfter, long parametersBefore,
        long parametersAfter) {
    public PruningReport {
        groups = List.copyOf(groups);
        blocks = List.copyOf(blocks);
    }

    /**
     * A group of channels.
     *
     * @param name       the first layer that computes them
     * @param layers     all layers that compute them
     * @param before     channels before
     * @param after      channels after
     * @param importance the score of each channel before; empty where they were not ranked
     * @param fixed      why none was pruned, where that is so
     */
    public record Group(
            String name, List<String> layers, int before, int after, List<Double> importance, Optional<String> fixed) {
        public Group {
            layers = List.copyOf(layers);
            importance = List.copyOf(importance);
        }
    }

    /** Returns the share of the multiply-accumulates that is left. */
    public double macsLeft() {
        return (double) macsAfter / macsBefore;
    }

    /** Returns a line for each group whose channels a layer computes, and the sums. */
    public String text() {
        StringBuilder text = new StringBuilder();
        blocks.forEach(block -> text.append(block).append(": left out\n"));
        groups.stream().filter(group -> !group.layers.isEmpty()).forEach(group -> text.append(String.format(
                Locale.ROOT, "%s: %d of %d channels%s%n", String.join(", ", group.layers), group.after, group.before,
                group.fixed.map(reason -> " (" + reason + ")").orElse(""))));
        return text.append(String.format(Locale.ROOT, "%,d of %,d MACs (%.1f %%), %,d of %,d parameters (%.1f %%)%n",
                macsAfter, macsBefore, 100 * macsLeft(), parametersAfter, parametersBefore,
                100.0 * parametersAfter / parametersBefore)).toString();
    }
}
