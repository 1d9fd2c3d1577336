package dev.gatun.cli.option;

import dev.gatun.backend.Device;
import dev.gatun.engine.CompileOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.model.Model;
import dev.gatun.train.Network;
import dev.gatun.train.NetworkOptions;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A model with a batch of random images, the same on every device.
 *
 * @param model the model
 * @param size  number of images
 */
public record SampleBatch(Model model, int size) {
    private static final long SEED = 1;

    /**
     * Compiles the model for training, and sets its variables and the batch.
     *
     * @param compile how kernels are chosen
     * @param more    adds outputs to the model's graph
     */
    public Network on(Device device, CompileOptions compile, Consumer<GraphBuilder> more) {
        NetworkOptions options = NetworkOptions.defaults().withCompile(compile);
        Network network = Network.training(device, options, Model.LOSS, graph -> {
            model.describe(graph, size);
            more.accept(graph);
        });
        boolean complete = false;
        try {
            Random random = new Random(SEED);
            int[] labels = new int[size];
            for (int i = 0; i < size; i++) {
                labels[i] = random.nextInt(model.classes());
            }
            float[] images = new float[size * model.channels() * model.height() * model.width()];
            for (int i = 0; i < images.length; i++) {
                images[i] = (float) random.nextGaussian();
            }
            network.initialize(SEED).set(Model.IMAGES, images).set(Model.LABELS, labels);
            complete = true;
            return network;
        } finally {
            if (!complete) {
                network.close();
            }
        }
    }
}
