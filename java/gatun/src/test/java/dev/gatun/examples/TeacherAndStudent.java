package dev.gatun.examples;

import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.graph.Value;
import dev.gatun.nn.loss.Losses;
import dev.gatun.optim.Optimizer;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.update.rule.AdamHyperparameters;
import java.util.Random;

/** A small network learns to answer as a large one does: two programs on one device, the answers stay on it. */
final class TeacherAndStudent {
    private static final int BATCH = 64;

    private TeacherAndStudent() {}

    /** Returns the student's mean squared error on new inputs, before and after. */
    static float[] run() {
        Random random = new Random(1);
        try (Device device = Backends.open("cpu", DeviceOptions.defaults());
                Network teacher = Network.inference(device, graph -> {
                    Value x = graph.input("x", TensorType.f32(BATCH, 8));
                    graph.output("answer", sequential(linear(64), relu(), linear(4)).apply(graph, "teacher", x));
                });
                Network student = Network.training(device, "loss", graph -> {
                    Value x = graph.input("x", TensorType.f32(BATCH, 8));
                    Value answer = sequential(linear(16), relu(), linear(4)).apply(graph, "student", x);
                    Value wanted = graph.input("wanted", TensorType.f32(BATCH, 4));
                    graph.output("loss", Losses.meanSquaredError(graph, "loss", answer, wanted));
                });
                Optimizer optimizer = student.optimizer(AdamHyperparameters.ADAM.withLearningRate(3e-3))) {
            float before = ask(teacher, student, random);
            for (int step = 0; step < 1500; step++) {
                ask(teacher, student, random);
                student.backward();
                optimizer.step();
            }
            return new float[] {before, ask(teacher, student, random)};
        }
    }

    /** Both get the same new inputs, the student also the teacher's answer. */
    private static float ask(Network teacher, Network student, Random random) {
        float[] x = new float[8 * BATCH];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        teacher.set("x", x).forward();
        return student.set("x", x).set("wanted", teacher, "answer").forward().scalar("loss");
    }
}
