package dev.gatun.examples;

import static dev.gatun.nn.TensorFunctions.reshape;

import dev.gatun.backend.*;
import dev.gatun.data.TensorDataset;
import dev.gatun.graph.Value;
import dev.gatun.model.CharacterLstm;
import dev.gatun.nn.loss.Losses;
import dev.gatun.shape.TensorType;
import dev.gatun.train.*;
import dev.gatun.train.task.Task;
import dev.gatun.update.rule.AdamHyperparameters;
import java.io.IOException;
import java.nio.file.*;

/** A character LSTM: from the text so far to the next character. */
final class CharacterModel {
    private static final int STEPS = 32;
    private static final int CHARACTERS = 128;

    private CharacterModel() {}

    /** Reads a text of ASCII, and returns what an evaluation on its last tenth says: the loss in nats a character. */
    static Evaluation run(Path file) throws IOException {
        Task task = Task.of("characters", (graph, batch) -> {
            Value text = graph.input("text", TensorType.i32(batch, STEPS));
            Value next = graph.input("next", TensorType.i32(batch, STEPS));
            Value scores = new CharacterLstm(CHARACTERS, 24, 96).apply(graph, text);
            long all = (long) batch * STEPS;
            graph.output("loss", Losses.crossEntropy(graph, "loss",
                    reshape(graph, "scores", scores, all, CHARACTERS), reshape(graph, "labels", next, all)));
        });
        byte[] text = Files.readAllBytes(file);
        int trained = text.length / 10 * 9;
        TrainingOptions options = TrainingOptions.defaults().withEpochs(12).withBatchSize(16)
                .withOptimizer(AdamHyperparameters.ADAM.withLearningRate(0.01));
        try (Device device = Backends.open("cpu", DeviceOptions.defaults().withThreads(1));
                Trainer trainer = new Trainer(task, windows(text, 0, trained, STEPS / 2),
                        windows(text, trained, text.length, STEPS), device, options)) {
            trainer.run();
            return trainer.evaluate();
        }
    }

    private static TensorDataset windows(byte[] text, int from, int to, int apart) {
        int count = (to - from - STEPS - 1) / apart;
        int[] read = new int[count * STEPS];
        int[] next = new int[count * STEPS];
        for (int i = 0; i < read.length; i++) {
            int at = from + i / STEPS * apart + i % STEPS;
            read[i] = text[at] & 127;
            next[i] = text[at + 1] & 127;
        }
        return TensorDataset.of("text", count).with("text", read, STEPS).with("next", next, STEPS);
    }
}
