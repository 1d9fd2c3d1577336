package dev.gatun.compress.prune;

import dev.gatun.compress.prune.ChannelGroup.Member;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.op.Slice;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The channels of a graph that are kept or pruned together, found by following every index of every dimension of its
 * variables through its operations (the idea of Fang et al., DepGraph, 2023, applied to indices instead of layers, so
 * that concatenations, slices, flattened images and attention heads need no rules of their own).
 *
 * <p>What goes together: the channels on both sides of a sum, product or choice; a filter with the entries of
 * normalisations and the weights that read it; a whole group of a depthwise or finely grouped convolution, or the same
 * channel of each group of a coarsely grouped one; the rows of query, key and value of an attention head; the rows of
 * all gates of a recurrent unit. The model's inputs and outputs, windows of convolutions, rows of embeddings and
 * whatever meets a dimension that is never pruned stay, with a reason.
 */
public final class DependencyGraph {
    /** A dimension of a variable. */
    private record Place(Value value, int axis) {}

    private final ChannelTracer tracer;
    private final List<ChannelGroup> groups;

    private DependencyGraph(ChannelTracer tracer, List<ChannelGroup> groups) {
        this.tracer = tracer;
        this.groups = groups;
    }

    /**
     * Finds the groups of a graph.
     *
     * @param graph not differentiated
     */
    public static DependencyGraph of(Graph graph) {
        ChannelTracer tracer = new ChannelTracer(graph);
        return new DependencyGraph(tracer, groups(graph, tracer));
    }

    /** Returns all groups in the order in which their layers come, those that cannot be pruned included. */
    public List<ChannelGroup> groups() {
        return List.copyOf(groups);
    }

    /** Returns the groups that can be pruned. */
    public List<ChannelGroup> prunable() {
        return groups.stream().filter(group -> group.fixed().isEmpty()).toList();
    }

    ChannelTracer tracer() {
        return tracer;
    }

    private static List<ChannelGroup> groups(Graph graph, ChannelTracer tracer) {
        List<Place> places = new ArrayList<>();
        Map<Integer, Map<Integer, List<Integer>>> channels = new LinkedHashMap<>(); // set -> place -> indices
        for (Value value : graph.variables()) {
            List<Axis> axes = tracer.axes(value);
            for (int axis = 0; axis < axes.size(); axis++) {
                int place = places.size();
                places.add(new Place(value, axis));
                for (int i = 0; i < axes.get(axis).atoms().length; i++) {
                    channels.computeIfAbsent(tracer.atoms().find(axes.get(axis).atom(i)), _ -> new LinkedHashMap<>())
                            .computeIfAbsent(place, _ -> new ArrayList<>()).add(i);
                }
            }
        }
        Map<Integer, Set<Integer>> slices = slices(graph, tracer);
        Map<String, List<Integer>> alike = new LinkedHashMap<>();
        channels.forEach((root, where) -> {
            StringBuilder kind = new StringBuilder();
            where.forEach((place, indices) -> kind.append(place).append('x').append(indices.size()).append(' '));
            kind.append(slices.getOrDefault(root, Set.of())).append(tracer.atoms().reason(root));
            alike.computeIfAbsent(kind.toString(), _ -> new ArrayList<>()).add(root);
        });
        List<ChannelGroup> groups = new ArrayList<>();
        alike.values().forEach(roots -> groups.add(group(roots, places, channels, tracer)));
        return groups;
    }

    /** Which slices a set lies in: something of each must stay. */
    private static Map<Integer, Set<Integer>> slices(Graph graph, ChannelTracer tracer) {
        Map<Integer, Set<Integer>> slices = new LinkedHashMap<>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            Node node = graph.nodes().get(i);
            if (node.op() instanceof Slice slice) {
                for (int atom : tracer.axes(node.output()).get(slice.axis()).atoms()) {
                    slices.computeIfAbsent(tracer.atoms().find(atom), _ -> new LinkedHashSet<>()).add(i);
                }
            }
        }
        return slices;
    }

    private static ChannelGroup group(List<Integer> roots, List<Place> places,
            Map<Integer, Map<Integer, List<Integer>>> channels, ChannelTracer tracer) {
        List<Member> members = new ArrayList<>();
        for (int place : Objects.requireNonNull(channels.get(roots.getFirst())).keySet()) {
            Value value = places.get(place).value();
            int axis = places.get(place).axis();
            members.add(new Member(Objects.requireNonNull(value.variable()), axis, tracer.role(value, axis),
                    roots.stream().map(root -> Objects.requireNonNull(channels.get(root)).get(place))
                            .map(Objects::requireNonNull).map(List::copyOf).toList()));
        }
        Optional<String> reason = Optional.ofNullable(tracer.atoms().reason(roots.getFirst()))
                .or(() -> roots.size() < 2 ? Optional.of("it is the only one of its kind") : Optional.empty())
                .or(() -> isComputed(members) ? Optional.empty() : Optional.of("no layer computes them"));
        return new ChannelGroup(name(members), roots.size(), members, reason);
    }

    private static boolean isComputed(List<Member> members) {
        return members.stream().anyMatch(member -> member.role() == Role.OUTPUT);
    }

    private static String name(List<Member> members) {
        return members.stream().filter(member -> member.role() == Role.OUTPUT).findFirst()
                .orElse(members.getFirst()).layer();
    }

    /** Returns the variables of a graph. */
    static List<Variable> variables(Graph graph) {
        return graph.variables().stream().map(Value::variable).map(Objects::requireNonNull).toList();
    }
}
