package dev.gatun.train.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OrtException;
import dev.gatun.backend.Device;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.TensorDataset;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.graph.Value;
import dev.gatun.io.Checkpoint;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.onnx.OnnxSession;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.CharacterLstm;
import dev.gatun.model.Model;
import dev.gatun.model.Models;
import dev.gatun.nn.Layers;
import dev.gatun.nn.loss.Losses;
import dev.gatun.op.Reshape;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.Network;
import dev.gatun.train.Predictions;
import dev.gatun.train.TrainedModel;
import dev.gatun.train.Trainer;
import dev.gatun.train.TrainingOptions;
import dev.gatun.train.task.Task;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models of the zoo in ONNX Runtime, for batches of several sizes, beside the device that trains. */
@ExtendWith(NoLeaks.class)
class OnnxModelsTest {
    private static final int CHANNELS = 3;
    private static final int SIZE = 32;
    private static final int CLASSES = 10;
    private static final int PIXELS = CHANNELS * SIZE * SIZE;

    @TempDir
    Path folder;

    /** A checkpoint of a model that has seen two batches, so that running statistics are no longer 0 and 1. */
    private Path checkpoint(Device device, Model model) {
        Path run = folder.resolve("run");
        TensorDataset examples = TensorDataset.of("noise", 8).with(Model.IMAGES, images(8), CHANNELS, SIZE, SIZE)
                .with(Model.LABELS, new int[] {0, 1, 2, 3, 4, 5, 6, 7});
        try (Trainer trainer = new Trainer(Task.of(model.name(), model::describe), examples, examples, device,
                TrainingOptions.defaults().withEpochs(1).withBatchSize(4))) {
            trainer.run();
            try (Checkpoint state = trainer.checkpoint()) {
                new CheckpointStore(run).write(1, state);
            }
        }
        return run;
    }

    private static float[] images(int count) {
        Random random = new Random(2);
        float[] images = new float[count * PIXELS];
        for (int i = 0; i < images.length; i++) {
            images[i] = (float) random.nextGaussian();
        }
        return images;
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private static float[] softmax(float[] logits) {
        float[] probabilities = new float[logits.length];
        for (int row = 0; row < logits.length; row += CLASSES) {
            double sum = 0;
            for (int i = row; i < row + CLASSES; i++) {
                sum += Math.exp(logits[i] - logits[row]);
            }
            for (int i = row; i < row + CLASSES; i++) {
                probabilities[i] = (float) (Math.exp(logits[i] - logits[row]) / sum);
            }
        }
        return probabilities;
    }

    private static void assertClose(float @Nullable [] found, float[] expected) {
        float[] actual = Objects.requireNonNull(found);
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lenet", "mlp", "mobilenet_v2", "resnet20", "seresnet18", "vit_tiny"})
    void onnxRuntimePredictsTheSame(String name) throws OrtException {
        Model model = Models.create(name, CHANNELS, SIZE, SIZE, CLASSES);
        Path file = folder.resolve("model.onnx");
        try (Device device = TestDevices.open(TestDevices.COUNTED);
                LoadedCheckpoint checkpoint = CheckpointStore.read(checkpoint(device, model));
                TrainedModel trained = TrainedModel.open(checkpoint, device, 3)) {
            OnnxModels.save(file, checkpoint, Model.PROBABILITIES);
            try (OnnxSession session = new OnnxSession(file)) {
                for (int count : new int[] {1, 5}) {
                    Predictions expected = trained.predict(Model.PROBABILITIES, TensorDataset.of("new", count)
                            .with(Model.IMAGES, images(count), CHANNELS, SIZE, SIZE));
                    Map<String, float[]> found = session.run(Map.of(Model.IMAGES, new OnnxSession.Tensor(
                            TensorType.f32(count, CHANNELS, SIZE, SIZE), doubles(images(count)))));
                    assertThat(found.keySet()).containsExactlyInAnyOrder(Model.PROBABILITIES, OnnxModels.LOGITS);
                    assertClose(found.get(Model.PROBABILITIES), expected.values());
                    assertClose(softmax(Objects.requireNonNull(found.get(OnnxModels.LOGITS))), expected.values());
                }
            }
        }
    }

    /** The first states of a recurrent layer have the batch size, and so have the rows that its output reshapes. */
    @Test
    void aCharacterLstmReadsAnyNumberOfTexts() throws OrtException {
        int characters = 11;
        int steps = 5;
        Task task = Task.of("characters", (graph, batch) -> {
            Value text = graph.input("text", TensorType.i32(batch, steps));
            Value scores = new CharacterLstm(characters, 4, 6).apply(graph, text);
            graph.output("scores", scores);
            graph.output("loss", Losses.crossEntropy(graph, "loss",
                    graph.apply("rows", new Reshape(Shape.of((long) batch * steps, characters)), scores),
                    graph.apply("next", new Reshape(Shape.of((long) batch * steps)),
                            graph.input("next", TensorType.i32(batch, steps)))));
        });
        int[] text = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 3, 5, 7};
        TensorDataset texts = TensorDataset.of("texts", 3).with("text", text, steps).with("next", text, steps);
        Path run = folder.resolve("run");
        Path file = folder.resolve("model.onnx");
        try (Device device = TestDevices.open(TestDevices.COUNTED);
                Trainer trainer = new Trainer(task, texts, texts, device,
                        TrainingOptions.defaults().withEpochs(1).withBatchSize(3))) {
            trainer.run();
            try (Checkpoint state = trainer.checkpoint()) {
                new CheckpointStore(run).write(1, state);
            }
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(run);
                    TrainedModel trained = TrainedModel.open(checkpoint, device, 2)) {
                OnnxModels.save(file, checkpoint, "scores");
                try (OnnxSession session = new OnnxSession(file)) {
                    double[] read = Arrays.stream(text).asDoubleStream().toArray();
                    assertClose(session.run(Map.of("text", new OnnxSession.Tensor(TensorType.i32(3, steps), read)))
                            .get("scores"), trained.predict("scores", texts).values());
                }
            }
        }
    }

    @Test
    void theMetadataSaysHowImagesAreNormalised() throws OrtException {
        Model model = Models.create("lenet", 1, 28, 28, CLASSES);
        Path file = folder.resolve("model.onnx");
        Path run = folder.resolve("run");
        TrainingOptions options = TrainingOptions.defaults().withBatchSize(8).withEpochs(1);
        try (Device device = TestDevices.open(TestDevices.COUNTED);
                DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(8).withTest(8));
                Trainer trainer = new Trainer(model, digits, device, options)) {
            trainer.run();
            try (Checkpoint state = trainer.checkpoint()) {
                new CheckpointStore(run).write(1, state);
            }
        }
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(run)) {
            OnnxModels.save(file, checkpoint, Model.PROBABILITIES);
        }
        try (OnnxSession session = new OnnxSession(file)) {
            assertThat(session.metadata()).containsKeys("mean", "std", "classes").containsEntry("height", "28");
        }
    }

    @Test
    void aNetworkOfOneBatchSizeIsExportedForThat() throws OrtException {
        Path file = folder.resolve("model.onnx");
        Path run = folder.resolve("run");
        float[] expected;
        try (Device device = TestDevices.open(TestDevices.COUNTED);
                Network network = Network.training(device, "loss", graph -> {
                    Value x = graph.input("x", TensorType.f32(2, 3));
                    Value scores = Layers.linear(4).apply(graph, "fc", x);
                    graph.output("scores", scores);
                    graph.output("loss", Losses.meanSquaredError(graph, "mse", scores,
                            graph.input("y", TensorType.f32(2, 4))));
                })) {
            network.set("x", 1f, 2, 3, 4, 5, 6).set("y", new float[8]);
            expected = network.forward().read("scores");
            new CheckpointStore(run).write(1, network.checkpoint());
        }
        try (LoadedCheckpoint checkpoint = CheckpointStore.read(run)) {
            assertThat(OnnxModels.outputs(checkpoint)).containsExactly("scores");
            OnnxModels.save(file, checkpoint, "scores");
        }
        try (OnnxSession session = new OnnxSession(file)) {
            assertClose(session.run(Map.of("x", new OnnxSession.Tensor(
                    TensorType.f32(2, 3), new double[] {1, 2, 3, 4, 5, 6}))).get("scores"), expected);
        }
    }

    @Test
    void outputsAreNamedAndOthersRefused() {
        Model model = Models.create("mlp", CHANNELS, SIZE, SIZE, CLASSES);
        try (Device device = TestDevices.open(TestDevices.COUNTED);
                LoadedCheckpoint checkpoint = CheckpointStore.read(checkpoint(device, model))) {
            assertThat(OnnxModels.outputs(checkpoint)).containsExactly(Model.PROBABILITIES);
            assertThatThrownBy(() -> OnnxModels.save(folder.resolve("no.onnx"), checkpoint, "scores"))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("scores");
            assertThat(folder.resolve("no.onnx")).doesNotExist();
        }
    }
}
