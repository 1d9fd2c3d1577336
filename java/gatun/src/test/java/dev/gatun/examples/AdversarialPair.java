package dev.gatun.examples;

import static dev.gatun.nn.Layers.*;

import dev.gatun.backend.*;
import dev.gatun.graph.*;
import dev.gatun.nn.*;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.update.rule.AdamHyperparameters;
import java.util.Random;

/** A generative adversarial pair (Goodfellow et al., 2014): two networks, two optimizers, steps in turn. */
final class AdversarialPair {
    static final float MEAN = 3;
    private static final int BATCH = 128;
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
                learn(critic.fill("numbers", () -> MEAN + 0.5 * random.nextGaussian()), criticStep, 1f);
                generator.fill("noise", random::nextGaussian).set("sign", 1f).forward();
                learn(critic.set("numbers", generator, "numbers"), criticStep, -1f);
                learn(generator, generatorStep, 1f);
            }
            return generator.forward().read("numbers");
        }
    }

    /** The loss is low where scores have the sign that they should: + for drawn numbers, - for those of noise. */
    private static void judge(GraphBuilder graph, Value numbers) {
        Value scores = CRITIC.apply(graph, "critic", numbers);
        Value right = Functions.multiply(graph, "right", scores, graph.input("sign", TensorType.f32(1, 1)));
        graph.output("loss", Functions.mean(graph, "loss",
                Functions.softplus(graph, "each", Functions.affine(graph, "wrong", -1, right, 0))));
    }

    private static void learn(Network network, Optimizer optimizer, float sign) {
        network.set("sign", sign).forward().backward();
        optimizer.step();
    }
}
