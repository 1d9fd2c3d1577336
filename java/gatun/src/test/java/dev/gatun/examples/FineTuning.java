package dev.gatun.examples;

import static dev.gatun.nn.Layers.*;
import static dev.gatun.nn.loss.Losses.crossEntropy;

import dev.gatun.backend.*;
import dev.gatun.data.*;
import dev.gatun.data.image.*;
import dev.gatun.graph.Value;
import dev.gatun.io.*;
import dev.gatun.nn.*;
import dev.gatun.shape.TensorType;
import dev.gatun.train.*;
import dev.gatun.train.task.*;
import java.nio.file.Path;

/** A network learns digits; then its body stays, and a new head learns from it which digits are odd. */
final class FineTuning {
    private static final Layer BODY = sequential(conv2d(8, 5).stride(2), relu(),
            conv2d(16, 5), relu(), maxPool(2), flatten(), linear(64), relu());

    private FineTuning() {}

    private static Task task(String name, int classes) {
        return Task.of(name, (graph, batch) -> {
            Value body = BODY.apply(graph, "body", graph.input("images", TensorType.f32(batch, 1, 28, 28)));
            Value scores = linear(classes).apply(graph, "head", body);
            graph.output("scores", scores);
            graph.output("loss", crossEntropy(graph, "loss", scores, graph.input("labels", TensorType.i32(batch))));
        }).measuring(Metric.accuracy("scores", "labels"));
    }

    /** Returns the accuracy of the second network, whose body was not trained for it. */
    static double run(Path folder) {
        TrainingOptions options = TrainingOptions.defaults().withEpochs(6);
        Path digits;
        try (DataSplit data = DataSource.digits(DigitsOptions.defaults().withTrain(2000).withTest(300));
                Device device = Backends.open("cpu", DeviceOptions.defaults())) {
            try (Trainer trainer = new Trainer(task("digits", 10),
                    images(data.train(), 10), images(data.test(), 10), device, options)) {
                trainer.run();
                digits = new CheckpointStore(folder).write(1, trainer.checkpoint());
            }
            Task parity = task("parity", 2).freezing("body.*");
            try (Trainer trainer = new Trainer(
                            parity, images(data.train(), 2), images(data.test(), 2), device, options);
                    LoadedCheckpoint checkpoint = CheckpointStore.read(digits)) {
                trainer.load(checkpoint, "body.*");
                trainer.run();
                return trainer.evaluate().accuracy();
            }
        }
    }

    /** Classes are digits modulo a number. */
    private static Dataset images(ImageDataset digits, int classes) {
        return new ImageExamples(digits, Normalization.measure(digits, 100)).relabelled(digit -> digit % classes);
    }
}
