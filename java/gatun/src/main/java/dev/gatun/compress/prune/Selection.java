package dev.gatun.compress.prune;

import dev.gatun.compress.Snapshot;
import dev.gatun.compress.prune.ChannelGroup.Member;
import dev.gatun.compress.prune.PruningPlan.Kept;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Variable;
import dev.gatun.options.NamePattern;
import dev.gatun.options.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Chooses the channels that stay for a ratio: how many of each group by the options, then those that count most. */
final class Selection {
    private record Channel(int group, double score) {}

    private final PruningOptions options;
    private final List<String> blocks;
    private final List<Variable> variables;
    private final List<ChannelGroup> groups;
    private final List<Optional<double[]>> scores = new ArrayList<>();
    private final List<Optional<String>> fixed = new ArrayList<>();
    private final List<OptionalDouble> ratios = new ArrayList<>();
    private final List<Channel> ranking = new ArrayList<>();

    Selection(Snapshot snapshot, Graph graph, PruningOptions options) {
        this.options = options;
        blocks = BlockSelection.of(snapshot, graph, options);
        Graph shallow = ResidualBlocks.without(graph, blocks);
        variables = DependencyGraph.variables(shallow);
        groups = DependencyGraph.of(shallow).groups();
        List<String> layers = groups.stream().flatMap(group -> group.layers().stream()).distinct().toList();
        List<Pattern> ignored = options.ignored().stream().map(pattern -> known(pattern, layers)).toList();
        Map<Pattern, Double> ratioOf = new LinkedHashMap<>();
        options.ratios().forEach((pattern, share) -> ratioOf.put(known(pattern, layers), share));
        ChannelScores importance = new ChannelScores(snapshot, options);
        for (ChannelGroup group : groups) {
            Optional<String> reason = group.fixed().or(() -> group.layers().stream()
                    .filter(layer -> ignored.stream().anyMatch(pattern -> pattern.matcher(layer).matches()))
                    .findFirst().map(layer -> "layer " + layer + " is ignored"));
            Optional<double[]> score = reason.isPresent() ? Optional.empty() : importance.of(group);
            fixed.add(reason.or(() -> score.isPresent() ? Optional.empty()
                    : Optional.of("it has nothing that this importance looks at")));
            scores.add(score);
            ratios.add(group.layers().stream().flatMap(layer -> ratioOf.entrySet().stream()
                    .filter(entry -> entry.getKey().matcher(layer).matches()).map(Map.Entry::getValue))
                    .mapToDouble(Double::doubleValue).max());
        }
        rank();
        if (blocks.isEmpty() && fixed.stream().noneMatch(Optional::isEmpty)) {
            throw new IllegalArgumentException("nothing of " + snapshot.model().name()
                    + " can be pruned with these options: " + reasons());
        }
    }

    private static Pattern known(String pattern, List<String> layers) {
        Pattern compiled = NamePattern.of(pattern);
        if (layers.stream().noneMatch(layer -> compiled.matcher(layer).matches())) {
            throw new IllegalArgumentException("there is no layer \"" + pattern + "\""
                    + Suggestion.of(pattern, layers));
        }
        return compiled;
    }

    private String reasons() {
        return String.join("; ", IntStream.range(0, groups.size()).filter(i -> !groups.get(i).layers().isEmpty())
                .limit(3).mapToObj(i -> groups.get(i).name() + ": " + fixed.get(i).orElse("")).toList());
    }

    /** All channels that compete, the least first. */
    private void rank() {
        for (int i = 0; i < groups.size(); i++) {
            int group = i;
            if (fixed.get(i).isEmpty() && ratios.get(i).isEmpty()) {
                scores.get(i).ifPresent(each -> Arrays.stream(each)
                        .forEach(score -> ranking.add(new Channel(group, score))));
            }
        }
        ranking.sort(Comparator.comparingDouble(Channel::score));
    }

    List<ChannelGroup> groups() {
        return groups;
    }

    Optional<double[]> scores(int group) {
        return scores.get(group);
    }

    Optional<String> fixed(int group) {
        return fixed.get(group);
    }

    /** How many channels of each group stay. */
    int[] kept(double ratio) {
        int[] kept = groups.stream().mapToInt(ChannelGroup::channels).toArray();
        if (options.scope() == PruningOptions.Scope.GLOBAL) {
            int gone = (int) (ratio * ranking.size());
            for (Channel channel : ranking.subList(0, gone)) {
                kept[channel.group]--;
            }
        }
        for (int i = 0; i < kept.length; i++) {
            if (fixed.get(i).isEmpty()) {
                int before = groups.get(i).channels();
                if (ratios.get(i).isPresent() || options.scope() == PruningOptions.Scope.PER_LAYER) {
                    kept[i] = before - (int) (ratios.get(i).orElse(ratio) * before);
                }
                kept[i] = rounded(Math.max(kept[i], least(before)), groups.get(i));
            }
        }
        return kept;
    }

    private int least(int channels) {
        return Math.max(1, (int) Math.ceil(options.minimum() * channels));
    }

    private int rounded(int kept, ChannelGroup group) {
        int step = options.roundTo() / gcd(options.roundTo(), group.width());
        return Math.min(group.channels(), Math.ceilDiv(kept, step) * step);
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    PruningPlan plan(double ratio) {
        int[] kept = kept(ratio);
        Map<String, List<Set<Integer>>> gone = new LinkedHashMap<>();
        variables.forEach(variable -> gone.put(variable.name(), IntStream.range(0, variable.shape().rank())
                .<Set<Integer>>mapToObj(_ -> new HashSet<>()).toList()));
        for (int i = 0; i < kept.length; i++) {
            ChannelGroup group = groups.get(i);
            int dropped = group.channels() - kept[i];
            scores.get(i).ifPresent(each -> IntStream.range(0, group.channels()).boxed()
                    .sorted(Comparator.comparingDouble((Integer channel) -> each[channel])).limit(dropped)
                    .forEach(channel -> drop(group, channel, gone)));
        }
        Map<String, Kept> result = new LinkedHashMap<>();
        for (Variable variable : variables) {
            List<Set<Integer>> without = gone.getOrDefault(variable.name(), List.of());
            result.put(variable.name(), new Kept(variable.shape(), IntStream.range(0, without.size())
                    .mapToObj(axis -> IntStream.range(0, Math.toIntExact(variable.shape().extent(axis)))
                            .filter(index -> !without.get(axis).contains(index)).boxed().toList()).toList()));
        }
        return new PruningPlan(blocks, result);
    }

    private static void drop(ChannelGroup group, int channel, Map<String, List<Set<Integer>>> gone) {
        for (Member member : group.members()) {
            gone.getOrDefault(member.variable().name(), List.of()).get(member.axis())
                    .addAll(member.indices().get(channel));
        }
    }
}
