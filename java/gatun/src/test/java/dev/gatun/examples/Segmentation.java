package dev.gatun.examples;

import dev.gatun.backend.*;
import dev.gatun.data.TensorDataset;
import dev.gatun.graph.Value;
import dev.gatun.model.UNet;
import dev.gatun.nn.loss.Losses;
import dev.gatun.shape.TensorType;
import dev.gatun.train.*;
import dev.gatun.train.task.Task;
import dev.gatun.update.rule.AdamHyperparameters;
import java.util.Random;

/** A U-Net that says of each pixel whether it belongs to the ground, to a disc or to a square. */
final class Segmentation {
    private static final int SIZE = 16;

    private Segmentation() {}

    /** Returns what an evaluation on images that were not trained on says: the cross-entropy of a pixel. */
    static Evaluation run() {
        Task task = Task.of("segmentation", (graph, batch) -> {
            Value images = graph.input("images", TensorType.f32(batch, 1, SIZE, SIZE));
            Value scores = new UNet(3, 4).apply(graph, "", images);
            graph.output("scores", scores);
            graph.output("loss", Losses.crossEntropy(graph, "loss", scores,
                    graph.input("labels", TensorType.i32(batch, SIZE, SIZE))));
        });
        TrainingOptions options = TrainingOptions.defaults().withEpochs(12).withBatchSize(16)
                .withOptimizer(AdamHyperparameters.ADAM.withLearningRate(0.01));
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
                Trainer trainer = new Trainer(task, shapes(256, 1), shapes(64, 2), device, options)) {
            trainer.run();
            return trainer.evaluate();
        }
    }

    private static TensorDataset shapes(int count, long seed) {
        Random random = new Random(seed);
        float[] images = new float[count * SIZE * SIZE];
        int[] labels = new int[count * SIZE * SIZE];
        for (int n = 0; n < count; n++) {
            boolean disc = n % 2 == 0;
            int row = random.nextInt(5, SIZE - 5);
            int column = random.nextInt(5, SIZE - 5);
            for (int i = 0; i < SIZE * SIZE; i++) {
                int down = Math.abs(i / SIZE - row);
                int right = Math.abs(i % SIZE - column);
                boolean inside = disc ? down * down + right * right <= 20 : Math.max(down, right) <= 4;
                labels[n * SIZE * SIZE + i] = !inside ? 0 : disc ? 1 : 2;
                images[n * SIZE * SIZE + i] = (inside ? 1 : 0) + random.nextFloat(-0.5f, 0.5f);
            }
        }
        return TensorDataset.of("shapes", count).with("images", images, 1, SIZE, SIZE)
                .with("labels", labels, SIZE, SIZE);
    }
}
