package dev.gatun.engine;

import dev.gatun.backend.Region;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.op.SumAcrossRanks;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A backend's regions in an order in which every value is produced before it is read: as near to the graph's order as
 * that allows. What does not cover the graph is the backend's fault, and refused.
 */
final class Regions {
    private final Graph graph;
    private final List<Region> regions;
    private final IdentityHashMap<Node, Integer> positions = new IdentityHashMap<>();

    private Regions(Graph graph, List<Region> regions) {
        this.graph = graph;
        this.regions = regions;
        for (Node node : graph.nodes()) {
            positions.put(node, positions.size());
        }
    }

    /**
     * Orders regions.
     *
     * @throws IllegalStateException when they do not cover the graph
     */
    static List<Region> inOrder(Graph graph, List<Region> regions) {
        return new Regions(graph, regions).run();
    }

    private List<Region> run() {
        checkCover();
        Map<Value, Integer> producers = producers();
        List<Set<Integer>> waitsFor = new ArrayList<>();
        TreeMap<Integer, Integer> ready = new TreeMap<>(); // position in the graph -> index
        for (int i = 0; i < regions.size(); i++) {
            Set<Integer> before = new HashSet<>();
            for (Value input : regions.get(i).inputs()) {
                Integer producer = producers.get(input);
                if (producer != null) {
                    before.add(producer);
                }
            }
            waitsFor.add(before);
        }
        chainSums(waitsFor);
        for (int i = 0; i < regions.size(); i++) {
            if (waitsFor.get(i).isEmpty()) {
                ready.put(position(regions.get(i)), i);
            }
        }
        List<Region> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.pollFirstEntry().getValue();
            order.add(regions.get(next));
            for (int i = 0; i < regions.size(); i++) {
                if (waitsFor.get(i).remove(next) && waitsFor.get(i).isEmpty()) {
                    ready.put(position(regions.get(i)), i);
                }
            }
        }
        if (order.size() != regions.size()) {
            throw new IllegalStateException("regions wait for each other: " + IntStream.range(0, regions.size())
                    .filter(i -> !waitsFor.get(i).isEmpty()).mapToObj(i -> regions.get(i).operation()).toList());
        }
        return order;
    }

    /** Sums across ranks run in the graph's order, which is the same on every rank, however regions are cut. */
    private void chainSums(List<Set<Integer>> waitsFor) {
        TreeMap<Integer, Integer> sums = new TreeMap<>(); // position in the graph -> index
        for (int i = 0; i < regions.size(); i++) {
            if (regions.get(i).nodes().getFirst().op() instanceof SumAcrossRanks) {
                sums.put(position(regions.get(i)), i);
            }
        }
        List<Integer> inOrder = List.copyOf(sums.values());
        for (int i = 1; i < inOrder.size(); i++) {
            waitsFor.get(inOrder.get(i)).add(inOrder.get(i - 1));
        }
    }

    /** Every node in exactly one region. */
    private void checkCover() {
        Set<Node> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Region region : regions) {
            for (Node node : region.nodes()) {
                if (!positions.containsKey(node) || !seen.add(node)) {
                    throw new IllegalStateException("in more than one region, or in another graph: " + node);
                }
            }
        }
        if (seen.size() != positions.size()) {
            throw new IllegalStateException("in no region: " + graph.nodes().stream()
                    .filter(node -> !seen.contains(node)).map(Node::toString).toList());
        }
    }

    /** Which region makes each value that exists; every value that is read or shown must. */
    private Map<Value, Integer> producers() {
        Map<Value, Integer> producers = new HashMap<>();
        for (int i = 0; i < regions.size(); i++) {
            Region region = regions.get(i);
            Set<Value> made = new HashSet<>();
            region.nodes().forEach(node -> made.addAll(node.outputs()));
            for (Value output : region.outputs()) {
                if (!made.contains(output)) {
                    throw new IllegalStateException(region.operation() + " does not produce " + output);
                }
                producers.put(output, i);
            }
        }
        Set<Value> given = new HashSet<>(graph.inputs());
        given.addAll(graph.variables());
        List<Value> read = new ArrayList<>(graph.outputs().values());
        read.addAll(graph.gradients().values());
        regions.forEach(region -> read.addAll(region.inputs()));
        for (Value value : read) {
            if (!given.contains(value) && !producers.containsKey(value)) {
                throw new IllegalStateException("read or shown, but inside a region: " + value);
            }
        }
        return producers;
    }

    /** A region stands where its last node stands: its inputs are there by then. */
    private int position(Region region) {
        return region.nodes().stream().mapToInt(node -> positions.getOrDefault(node, 0)).max().orElse(0);
    }
}
