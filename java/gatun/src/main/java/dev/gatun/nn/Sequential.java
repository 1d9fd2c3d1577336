package dev.gatun.nn;

import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sequence of named layers, each applied to the result of the previous one. */
public final class Sequential implements Layer {
    private record Named(String name, Layer layer) {}

    private final List<Named> layers;

    private Sequential(List<Named> layers) {
        this.layers = List.copyOf(layers);
    }

    /** Returns a sequence of layers named by their position, as in PyTorch. */
    public static Sequential of(List<Layer> layers) {
        List<Named> named = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            named.add(new Named(Integer.toString(i), layers.get(i)));
        }
        return new Sequential(named);
    }

    /** Returns a sequence of layers by name, in the map's order. */
    public static Sequential named(Map<String, ? extends Layer> layers) {
        List<Named> named = new ArrayList<>();
        new LinkedHashMap<>(layers).forEach((name, layer) -> named.add(new Named(name, layer)));
        return new Sequential(named);
    }

    /** Returns an empty sequence. */
    public static Sequential empty() {
        return new Sequential(List.of());
    }

    /** Returns a copy with one more layer. */
    public Sequential then(String name, Layer layer) {
        List<Named> longer = new ArrayList<>(layers);
        longer.add(new Named(name, layer));
        return new Sequential(longer);
    }

    @Override
    public Value apply(GraphBuilder graph, String name, Value input) {
        Value value = input;
        for (Named named : layers) {
            value = named.layer.apply(graph, name.isEmpty() ? named.name : name + "." + named.name, value);
        }
        return value;
    }
}
