package dev.gatun.examples;

import static dev.gatun.nn.Layers.linear;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.Layer;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.update.rule.AdamHyperparameters;
import java.util.Random;

/**
 * A layer and a loss of one's own, made of operations: gates (Dauphin et al., 2017), and a loss that outliers do not
 * move.
 */
final class OwnLayerAndLoss {
    private static final int POINTS = 256;

    private OwnLayerAndLoss() {}

    /** {@code (W x + b) * sigmoid(V x + c)}. */
    private record Gated(long outputs) implements Layer {
        @Override
        public Value apply(GraphBuilder graph, String name, Value input) {
            Value value = linear(outputs).apply(graph, name + ".value", input);
            Value gate = Functions.sigmoid(graph, name + ".open", linear(outputs).apply(graph, name + ".gate", input));
            return Functions.multiply(graph, name, value, gate);
        }
    }

    /** The mean of {@code sqrt(1 + 100 (a - b)^2)}: like a square near 0, like a distance far away. */
    private static Value robust(GraphBuilder graph, String name, Value a, Value b) {
        Value square = Functions.square(graph, name + ".square", Functions.subtract(graph, name + ".difference", a, b));
        return Functions.mean(graph, name, Functions.sqrt(graph, name + ".root",
                Functions.affine(graph, name + ".shifted", 100, square, 1)));
    }

    /** Learns x^2 from points of which a tenth is far off; returns what it says of 0, 0.5 and 1. */
    static float[] run() {
        Random random = new Random(1);
        float[] x = new float[POINTS];
        float[] y = new float[POINTS];
        for (int i = 0; i < POINTS; i++) {
            x[i] = 2 * i / (POINTS - 1f) - 1;
            y[i] = random.nextInt(10) == 0 ? 20 : x[i] * x[i];
        }
        try (Device device = Backends.open("cpu", DeviceOptions.defaults());
                Network network = Network.training(device, "loss", graph -> {
                    Value input = graph.input("x", TensorType.f32(POINTS, 1));
                    Value guess = linear(1).apply(graph, "out", new Gated(32).apply(graph, "gated", input));
                    graph.output("guess", guess);
                    graph.output("loss", robust(graph, "loss", guess, graph.input("y", TensorType.f32(POINTS, 1))));
                });
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM.withLearningRate(0.01))) {
            network.set("x", x).set("y", y);
            for (int step = 0; step < 1500; step++) {
                network.forward().backward();
                optimizer.step();
            }
            float[] guess = network.forward().read("guess");
            return new float[] {guess[POINTS / 2], guess[3 * POINTS / 4], guess[POINTS - 1]};
        }
    }
}
