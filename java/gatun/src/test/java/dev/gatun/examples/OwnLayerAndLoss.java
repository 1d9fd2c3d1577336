package dev.gatun.examples;

import static dev.gatun.nn.Functions.*;
import static dev.gatun.nn.Layers.linear;

import dev.gatun.backend.*;
import dev.gatun.graph.*;
import dev.gatun.nn.*;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.update.rule.AdamHyperparameters;

/** A layer and a loss of one's own: gates (Dauphin et al., 2017), and a loss that outliers hardly move. */
final class OwnLayerAndLoss {
    static final int POINTS = 256;

    private OwnLayerAndLoss() {}

    /** {@code (W x + b) * sigmoid(V x + c)}. */
    private static Layer gated(long outputs) {
        return (graph, name, input) -> {
            Value value = linear(outputs).apply(graph, name + ".value", input);
            Value gate = sigmoid(graph, name + ".open", linear(outputs).apply(graph, name + ".gate", input));
            return multiply(graph, name, value, gate);
        };
    }

    /** The mean of {@code sqrt(1 + 100 (a - b)^2)}: like a square near 0, like a distance far away. */
    private static Value robust(GraphBuilder graph, String name, Value a, Value b) {
        Value square = square(graph, name + ".square", subtract(graph, name + ".difference", a, b));
        return mean(graph, name, sqrt(graph, name + ".root", affine(graph, name + ".shifted", 100, square, 1)));
    }

    /** Learns x^2 from points of which a tenth is far off; returns its guesses from -1 to 1. */
    static float[] run() {
        float[] x = new float[POINTS];
        float[] y = new float[POINTS];
        for (int i = 0; i < POINTS; i++) {
            x[i] = 2 * i / (POINTS - 1f) - 1;
            y[i] = i % 10 == 0 ? 20 : x[i] * x[i];
        }
        try (Device device = Backends.open("cpu", DeviceOptions.defaults());
                Network network = Network.training(device, "loss", graph -> {
                    Value input = graph.input("x", TensorType.f32(POINTS, 1));
                    Value guess = linear(1).apply(graph, "out", gated(32).apply(graph, "gated", input));
                    graph.output("guess", guess);
                    graph.output("loss", robust(graph, "loss", guess, graph.input("y", TensorType.f32(POINTS, 1))));
                });
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM.withLearningRate(0.01))) {
            network.set("x", x).set("y", y);
            for (int step = 0; step < 1500; step++) {
                network.forward().backward();
                optimizer.step();
            }
            return network.forward().read("guess");
        }
    }
}
