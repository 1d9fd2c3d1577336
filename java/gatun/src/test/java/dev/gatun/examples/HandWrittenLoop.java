package dev.gatun.examples;

import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.sequential;
import static dev.gatun.nn.Layers.tanh;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Value;
import dev.gatun.nn.loss.Losses;
import dev.gatun.optim.Optimizer;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.optim.schedule.CosineAnnealingSchedule;
import dev.gatun.optim.schedule.Schedule;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.update.Clipping;
import dev.gatun.update.rule.AdamHyperparameters;

/** A training loop written by hand: forward, loss, backward, clip, step, schedule. It tells two spirals apart. */
final class HandWrittenLoop {
    static final int POINTS = 200;
    static final int STEPS = 400;

    private HandWrittenLoop() {}

    /** Returns the loss of the last step. */
    static float run() {
        float[] points = new float[2 * POINTS];
        int[] spirals = new int[POINTS];
        for (int i = 0; i < POINTS; i++) {
            double angle = 0.03 * i + Math.PI * (i % 2);
            points[2 * i] = (float) (0.01 * i * Math.cos(angle));
            points[2 * i + 1] = (float) (0.01 * i * Math.sin(angle));
            spirals[i] = i % 2;
        }
        Schedule schedule = new CosineAnnealingSchedule(STEPS, 0);
        float loss = Float.NaN;
        try (Device device = Backends.open("cpu", DeviceOptions.defaults());
                Network network = Network.training(device, "loss", graph -> {
                    Value x = graph.input("points", TensorType.f32(POINTS, 2));
                    Value labels = graph.input("spirals", TensorType.i32(POINTS));
                    Value scores = sequential(linear(32), tanh(), linear(32), tanh(), linear(2)).apply(graph, "net", x);
                    graph.output("loss", Losses.crossEntropy(graph, "loss", scores, labels));
                });
                Optimizer optimizer = network.optimizer(
                        AdamHyperparameters.ADAM, OptimizerOptions.NONE.withClipping(new Clipping.GlobalNorm(1)))) {
            network.set("points", points).set("spirals", spirals);
            for (int step = 0; step < STEPS; step++) {
                loss = network.forward().scalar("loss");
                network.backward();
                optimizer.setLearningRate(schedule.value(0.02, step));
                optimizer.step();
            }
        }
        return loss;
    }
}
