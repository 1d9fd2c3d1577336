package dev.gatun.examples;

import dev.gatun.backend.*;
import dev.gatun.graph.Value;
import dev.gatun.model.StyleTransfer;
import dev.gatun.nn.loss.Losses;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.update.rule.AdamHyperparameters;
import java.util.Random;

/** From images to images by the mean squared error: a generator learns to draw a picture with its colours turned. */
final class ImageToImage {
    private static final int SIZE = 16;
    private static final int BATCH = 4;
    private static final int PIXELS = SIZE * SIZE;

    private ImageToImage() {}

    /** Returns the first and the last loss. */
    static float[] run() {
        Random random = new Random(1);
        float[] images = new float[BATCH * 3 * PIXELS];
        float[] targets = new float[images.length];
        for (int n = 0; n < BATCH; n++) {
            for (int channel = 0; channel < 3; channel++) {
                double slope = random.nextDouble(0.2, 0.8);
                for (int i = 0; i < PIXELS; i++) {
                    int row = i / SIZE;
                    float value = (float) Math.sin(slope * row + channel * (i % SIZE) / 4.0);
                    images[(n * 3 + channel) * PIXELS + i] = value;
                    targets[(n * 3 + (channel + 1) % 3) * PIXELS + i] = value;
                }
            }
        }
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
                Network network = Network.training(device, "loss", graph -> {
                    Value input = graph.input("images", TensorType.f32(BATCH, 3, SIZE, SIZE));
                    Value drawn = new StyleTransfer(3, 8).apply(graph, "", input);
                    graph.output("loss", Losses.meanSquaredError(graph, "loss", drawn,
                            graph.input("targets", TensorType.f32(BATCH, 3, SIZE, SIZE))));
                });
                Optimizer optimizer = network.optimizer(AdamHyperparameters.ADAM.withLearningRate(0.005))) {
            network.set("images", images).set("targets", targets);
            float first = network.forward().scalar("loss");
            for (int step = 0; step < 150; step++) {
                network.forward().backward();
                optimizer.step();
            }
            return new float[] {first, network.forward().scalar("loss")};
        }
    }
}
