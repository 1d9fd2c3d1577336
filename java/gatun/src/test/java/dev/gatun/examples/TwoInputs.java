package dev.gatun.examples;

import static dev.gatun.nn.Layers.*;

import dev.gatun.backend.*;
import dev.gatun.data.TensorDataset;
import dev.gatun.graph.Value;
import dev.gatun.nn.Functions;
import dev.gatun.nn.loss.Losses;
import dev.gatun.shape.TensorType;
import dev.gatun.train.*;
import dev.gatun.train.task.*;
import dev.gatun.update.rule.AdamHyperparameters;
import java.util.Random;

/** Regression with the mean squared error and two inputs: the height of a wave at a place and a time. */
final class TwoInputs {
    private TwoInputs() {}

    /** Returns what an evaluation on points that were not trained on says. */
    static Evaluation run() {
        Task task = Task.of("wave", (graph, batch) -> {
            Value place = graph.input("place", TensorType.f32(batch, 2));
            Value time = graph.input("time", TensorType.f32(batch, 1));
            Value hidden = Functions.add(graph, "hidden",
                    linear(48).apply(graph, "place", place), linear(48).apply(graph, "time", time));
            Value height = sequential(tanh(), linear(48), tanh(), linear(1)).apply(graph, "net", hidden);
            graph.output("height", height);
            graph.output("loss", Losses.meanSquaredError(graph, "loss", height,
                    graph.input("wave", TensorType.f32(batch, 1))));
        }).measuring(Metric.meanAbsoluteError("height", "wave"));
        TrainingOptions options = TrainingOptions.defaults().withEpochs(40)
                .withOptimizer(AdamHyperparameters.ADAMW.withLearningRate(0.01));
        try (Device device = Backends.open("cpu", DeviceOptions.defaults());
                Trainer trainer = new Trainer(task, waves(1000, 1), waves(300, 2), device, options)) {
            trainer.run();
            return trainer.evaluate();
        }
    }

    private static TensorDataset waves(int points, long seed) {
        Random random = new Random(seed);
        float[] places = new float[2 * points];
        float[] times = new float[points];
        float[] heights = new float[points];
        for (int i = 0; i < points; i++) {
            places[2 * i] = random.nextFloat(-1, 1);
            places[2 * i + 1] = random.nextFloat(-1, 1);
            times[i] = random.nextFloat();
            heights[i] = (float) Math.sin(3 * places[2 * i] + places[2 * i + 1] - 2 * times[i]);
        }
        return TensorDataset.of("waves", points).with("place", places, 2).with("time", times, 1)
                .with("wave", heights, 1);
    }
}
