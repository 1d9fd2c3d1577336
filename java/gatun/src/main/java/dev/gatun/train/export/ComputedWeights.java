package dev.gatun.train.export;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Graph;
import dev.gatun.graph.Node;
import dev.gatun.graph.Prediction;
import dev.gatun.graph.Rewriter;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.NamedTensor;
import dev.gatun.nn.Initializers;
import dev.gatun.op.Convolution;
import dev.gatun.op.ConvolutionBackwardData;
import dev.gatun.op.FakeQuantize;
import dev.gatun.op.Linear;
import dev.gatun.shape.DType;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Function;

/**
 * Weights that a network computes from its variables, such as those of one or a few bits that are trained in f32: a
 * file of the network in its inference form holds what comes out, and not how. Weights that are rounded to integers of
 * 8 bits and fewer by a {@link FakeQuantize} stay, as the file holds their integers.
 */
final class ComputedWeights {
    private static final String SUFFIX = ".computed";

    private final Map<String, NamedTensor> values = new LinkedHashMap<>();

    private ComputedWeights() {}

    /** Computes those of a graph on the CPU, where there are any. */
    static ComputedWeights of(Graph graph, Function<Variable, NamedTensor> tensors) {
        ComputedWeights weights = new ComputedWeights();
        Map<Value, Node> found = find(graph);
        if (!found.isEmpty()) {
            onAnotherThread(() -> weights.compute(graph, found, tensors));
        }
        return weights;
    }

    /** The computed weights, with the layers that read them. */
    private static Map<Value, Node> find(Graph graph) {
        Map<Value, Node> producers = graph.producers();
        Set<Value> known = new HashSet<>(graph.variables());
        Map<Value, Node> found = new LinkedHashMap<>();
        for (Node node : graph.nodes()) {
            if (known.containsAll(node.inputs())) {
                known.addAll(node.outputs());
            } else if (node.op() instanceof Convolution || node.op() instanceof ConvolutionBackwardData
                    || node.op() instanceof Linear) {
                Value weight = node.inputs().get(1);
                Node producer = producers.get(weight);
                if (producer != null && known.contains(weight) && !isRounding(producer)) {
                    found.putIfAbsent(weight, node);
                }
            }
        }
        return found;
    }

    private static boolean isRounding(Node node) {
        return node.op() instanceof FakeQuantize
                && node.inputs().stream().allMatch(input -> input.variable() != null);
    }

    /** As that of the caller may have a device of its own, and has no more than one. */
    private static void onAnotherThread(Runnable work) {
        FutureTask<?> task = new FutureTask<>(work, null);
        Thread.ofPlatform().name("gatun-export").start(task);
        try {
            task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while weights are computed", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e.getCause());
        }
    }

    private static String name(Node layer) {
        return layer.name() + SUFFIX;
    }

    private void compute(Graph graph, Map<Value, Node> found, Function<Variable, NamedTensor> tensors) {
        Map<String, Value> outputs = new LinkedHashMap<>();
        found.forEach((weight, layer) -> outputs.put(name(layer), weight));
        Graph part = part(graph, outputs);
        try (Device device = Backends.open("cpu", DeviceOptions.defaults());
                Network network = Network.inference(device, builder -> builder.replay(part, "", Map.of())
                        .forEach(builder::output))) {
            part.variables().forEach(value -> network.variables().write(value.name(),
                    tensors.apply(Objects.requireNonNull(value.variable())).floats()));
            network.forward();
            outputs.forEach((name, weight) -> values.put(name, new NamedTensor(name,
                    new TensorType(DType.F32, weight.type().shape()), MemorySegment.ofArray(network.read(name)))));
        }
    }

    /** What some values depend on. */
    private static Graph part(Graph graph, Map<String, Value> outputs) {
        Set<Value> needed = new LinkedHashSet<>(outputs.values());
        List<Node> nodes = new ArrayList<>();
        for (Node node : graph.nodes().reversed()) {
            if (node.outputs().stream().anyMatch(needed::contains)) {
                needed.addAll(node.inputs());
                nodes.addFirst(node);
            }
        }
        return new Graph(List.of(), graph.variables().stream().filter(needed::contains).toList(), nodes, outputs,
                Map.of());
    }

    /** Returns a graph that reads them, and computes them no more; the same where there are none. */
    Graph in(Graph graph, String output) {
        if (values.isEmpty()) {
            return graph;
        }
        Map<Value, Node> found = find(graph);
        Rewriter rewriter = new Rewriter(graph);
        for (Node node : graph.nodes()) {
            Node layer = node.outputs().isEmpty() ? null : found.get(node.output());
            if (layer == null) {
                rewriter.emit(node, node.op(), node.inputs());
            } else {
                rewriter.replace(node.output(), rewriter.variable(new Variable(name(layer),
                        node.output().type().shape(), Variable.Kind.WEIGHT, Initializers.constant(0)), DType.F32));
            }
        }
        return Prediction.of(rewriter.finish(), output);
    }

    /** Returns where the elements of all variables are, computed or not. */
    Function<Variable, NamedTensor> and(Function<Variable, NamedTensor> tensors) {
        return variable -> {
            NamedTensor computed = values.get(variable.name());
            return computed == null ? tensors.apply(variable) : computed;
        };
    }
}
