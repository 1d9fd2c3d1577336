package dev.gatun.cli.parity;

import dev.gatun.backend.Device;
import dev.gatun.cli.option.Devices;
import dev.gatun.cli.option.SampleBatch;
import dev.gatun.engine.CompileOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Node;
import dev.gatun.graph.Value;
import dev.gatun.shape.DType;
import dev.gatun.train.Network;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far two devices are apart, layer by layer. Each layer's result is an output of the graph, so that layers are
 * computed one by one: what a device usually computes as one call is taken apart.
 *
 * @param layers    differences of the results, in the order in which layers run
 * @param gradients differences of the gradients, by parameter
 */
record Parity(List<Difference> layers, List<Difference> gradients) {
    private static final String PREFIX = "layer ";

    /** Copies the lists. */
    Parity {
        layers = List.copyOf(layers);
        gradients = List.copyOf(gradients);
    }

    /**
     * A difference.
     *
     * @param name      of a layer or a parameter
     * @param operation what the layer does; empty for a parameter
     * @param largest   the largest absolute value on the second device
     * @param error     the largest absolute difference as a share of it; NaN where a value is not a number
     */
    record Difference(String name, String operation, double largest, double error) {
        static Difference of(String name, String operation, float[] first, float[] second) {
            double largest = 0;
            double error = 0;
            for (int i = 0; i < second.length; i++) {
                largest = Math.max(largest, Math.abs(second[i]));
                double difference = Math.abs((double) first[i] - second[i]);
                error = difference > error || Double.isNaN(difference) ? difference : error;
            }
            return new Difference(name, operation, largest, error == 0 ? 0 : error / largest);
        }
    }

    /** What one device computes. */
    private record Values(Map<String, float[]> layers, Map<String, String> operations, Map<String, float[]> gradients) {
    }

    /** Computes the same batch on both. */
    static Parity of(SampleBatch batch, String first, String second, int threads) {
        Values one = compute(batch, first, threads);
        Values other = compute(batch, second, threads);
        return new Parity(differences(one.layers, other.layers, one.operations),
                differences(one.gradients, other.gradients, Map.of()));
    }

    private static List<Difference> differences(
            Map<String, float[]> first, Map<String, float[]> second, Map<String, String> operations) {
        List<Difference> differences = new ArrayList<>();
        second.forEach((name, values) -> differences.add(Difference.of(name, operations.getOrDefault(name, ""),
                first.getOrDefault(name, new float[values.length]), values)));
        return differences;
    }

    private static Values compute(SampleBatch batch, String name, int threads) {
        Map<String, String> operations = new LinkedHashMap<>();
        try (Device device = Devices.open(name, threads, 0);
                Network network = batch.on(device, CompileOptions.defaults(), graph -> expose(graph, operations))) {
            network.forward();
            Map<String, float[]> layers = new LinkedHashMap<>();
            operations.keySet().forEach(layer -> layers.put(layer, network.read(PREFIX + layer)));
            network.backward();
            Map<String, float[]> gradients = new LinkedHashMap<>();
            network.variables().slots().stream().filter(slot -> slot.isTrained()).map(slot -> slot.variable().name())
                    .forEach(parameter -> gradients.put(parameter, network.readGradient(parameter)));
            return new Values(layers, operations, gradients);
        }
    }

    /** Makes each layer's first result an output, where it is a tensor of floats. */
    private static void expose(GraphBuilder graph, Map<String, String> operations) {
        for (Node node : graph.build().nodes()) {
            Value value = node.outputs().getFirst();
            if (value.type().dtype() == DType.F32 && !operations.containsKey(node.name())) {
                operations.put(node.name(), node.op().name());
                graph.output(PREFIX + node.name(), value);
            }
        }
    }

    /** Returns the largest difference; NaN where there is one. */
    double error() {
        double most = 0;
        for (List<Difference> all : List.of(layers, gradients)) {
            for (Difference each : all) {
                most = each.error > most || Double.isNaN(each.error) ? each.error : most;
            }
        }
        return most;
    }
}
