package dev.gatun.compress.prune;

import dev.gatun.compress.Snapshot;
import dev.gatun.graph.Graph;
import dev.gatun.options.NamePattern;
import dev.gatun.options.Suggestion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Chooses the residual blocks that are left out. */
final class BlockSelection {
    private BlockSelection() {}

    /** Returns their names. */
    static List<String> of(Snapshot snapshot, Graph graph, PruningOptions options) {
        List<ResidualBlocks.Block> blocks = new ArrayList<>(ResidualBlocks.of(graph));
        List<String> names = blocks.stream().map(ResidualBlocks.Block::name).toList();
        Set<String> chosen = new LinkedHashSet<>();
        for (String pattern : options.blocks()) {
            Pattern compiled = NamePattern.of(pattern);
            if (names.stream().noneMatch(name -> compiled.matcher(name).matches())) {
                throw new IllegalArgumentException("there is no residual block \"" + pattern + "\" that could be left"
                        + " out" + Suggestion.of(pattern, names));
            }
            names.stream().filter(name -> compiled.matcher(name).matches()).forEach(chosen::add);
        }
        blocks.removeIf(block -> chosen.contains(block.name()));
        if (options.leastBlocks() > blocks.size()) {
            throw new IllegalArgumentException("only " + blocks.size() + " more residual blocks can be left out, not "
                    + options.leastBlocks());
        }
        blocks.stream().sorted(Comparator.comparingDouble(block -> importance(block, snapshot, options)))
                .limit(options.leastBlocks()).map(ResidualBlocks.Block::name).forEach(chosen::add);
        return names.stream().filter(chosen::contains).toList();
    }

    /** The mean importance of an element of its variables. */
    private static double importance(ResidualBlocks.Block block, Snapshot snapshot, PruningOptions options) {
        if (options.importance() instanceof Importance.Random random) {
            return new SplittableRandom(random.seed() ^ block.name().hashCode()).nextDouble();
        }
        double sum = 0;
        long count = 0;
        for (String name : block.variables()) {
            float[] values = snapshot.values(name);
            float[] weights = options.importance() instanceof Importance.Taylor taylor
                    ? taylor.gradients().getOrDefault(name, new float[values.length]) : null;
            for (int i = 0; i < values.length; i++) {
                sum += Math.abs((double) values[i] * (weights == null ? 1 : weights[i]));
            }
            count += values.length;
        }
        return count == 0 ? 0 : sum / count;
    }
}
