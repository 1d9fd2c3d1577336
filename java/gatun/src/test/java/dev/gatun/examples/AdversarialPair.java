package dev.gatun.examples;

import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.sequential;
import static dev.gatun.nn.Layers.tanh;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.GraphBuilder;
import dev.gatun.graph.Value;
import dev.gatun.nn.Layer;
import dev.gatun.nn.Losses;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.update.rule.AdamHyperparameters;
import java.util.Arrays;
import java.util.Random;

/** A generative adversarial pair (Goodfellow et al., 2014): two networks, two optimizers, steps in turn. */
final class AdversarialPair {
    static final int BATCH = 128;
    static final float MEAN = 3;

    private static final Layer GENERATOR = sequential(linear(16), tanh(), linear(1));
    private static final Layer CRITIC = sequential(linear(16), tanh(), linear(16), tanh(), linear(1));

    private AdversarialPair() {}

    /** Returns numbers made of noise, which should look as if drawn around {@link #MEAN} with deviation 0.5. */
    static float[] run() {
        AdamHyperparameters adam = AdamHyperparameters.ADAM.withLearningRate(5e-3).withBetas(0.5, 0.999);
        Random random = new Random(1);
        try (Device device = Backends.open("cpu", DeviceOptions.defaults());
                Network critic = Network.training(device, "loss", graph ->
                        judge(graph, graph.input("numbers", TensorType.f32(BATCH, 1))));
                Network generator = Network.training(device, "loss", graph -> {
                    Value numbers = GENERATOR.apply(graph, "generator", graph.input("noise", TensorType.f32(BATCH, 4)));
                    graph.output("numbers", numbers);
                    judge(graph, numbers);
                }, critic); // the critic's weights are used, and stay
                Optimizer criticStep = critic.optimizer(adam);
                Optimizer generatorStep = generator.optimizer(adam)) {
            for (int step = 0; step < 1500; step++) {
                learn(critic.set("numbers", gaussian(random, BATCH, MEAN, 0.5f)), criticStep, 1);
                generator.set("noise", gaussian(random, 4 * BATCH, 0, 1)).set("real", filled(1)).forward();
                learn(critic.set("numbers", generator, "numbers"), criticStep, 0);
                learn(generator, generatorStep, 1);
            }
            return generator.forward().read("numbers");
        }
    }

    private static void judge(GraphBuilder graph, Value numbers) {
        Value scores = CRITIC.apply(graph, "critic", numbers);
        graph.output("loss", Losses.binaryCrossEntropy(graph, "loss", scores,
                graph.input("real", TensorType.f32(BATCH, 1))));
    }

    private static void learn(Network network, Optimizer optimizer, float real) {
        network.set("real", filled(real)).forward().backward();
        optimizer.step();
    }

    private static float[] filled(float value) {
        float[] values = new float[BATCH];
        Arrays.fill(values, value);
        return values;
    }

    private static float[] gaussian(Random random, int count, float mean, float deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = mean + deviation * (float) random.nextGaussian();
        }
        return values;
    }
}
