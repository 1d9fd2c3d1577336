package dev.gatun.train;

import static dev.gatun.nn.Layers.batchNorm;
import static dev.gatun.nn.Layers.conv2d;
import static dev.gatun.nn.Layers.dropout;
import static dev.gatun.nn.Layers.flatten;
import static dev.gatun.nn.Layers.linear;
import static dev.gatun.nn.Layers.maxPool;
import static dev.gatun.nn.Layers.relu;
import static dev.gatun.nn.Layers.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gatun.backend.Device;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.TensorDataset;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.graph.Value;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.loss.Losses;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.task.Task;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** What a trained model answers for new examples. */
@ExtendWith(NoLeaks.class)
class PredictionsTest {
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(1).withBatchSize(16);

    @TempDir
    Path folder;

    private static final Task SUM = Task.of("sum", (graph, batch) -> {
        Value x = graph.input("x", TensorType.f32(batch, 6));
        Value body = sequential(linear(8), relu(), dropout(0.5)).apply(graph, "body", x);
        Value guess = linear(2).apply(graph, "head", body);
        graph.output("guess", guess);
        graph.output("loss", Losses.meanSquaredError(graph, "mse", guess,
                graph.input("y", TensorType.f32(batch, 2))));
    });

    private static float[] numbers(int count) {
        Random random = new Random(3);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static TensorDataset sums(int size) {
        return TensorDataset.of("sums", size).with("x", numbers(6 * size), 6).with("y", numbers(2 * size), 2);
    }

    private static TensorDataset inputs(float[] x) {
        return TensorDataset.of("new", x.length / 6).with("x", x, 6);
    }

    private void train(Device device) {
        try (Trainer trainer = new Trainer(SUM, sums(48), sums(16), device, OPTIONS)) {
            trainer.run();
            new CheckpointStore(folder).write(1, trainer.checkpoint());
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void anyNumberOfNewExamplesIsAnsweredInOrder(String backend) {
        try (Device device = TestDevices.open(backend)) {
            train(device);
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                    TrainedModel model = TrainedModel.open(checkpoint, device, 8)) {
                float[] x = numbers(6 * 21);
                Predictions all = model.predict("guess", inputs(x)); // 8 + 8 + 5
                assertThat(all.size()).isEqualTo(21);
                assertThat(all.shape()).isEqualTo(Shape.of(2));
                assertThat(all.values()).hasSize(42);
                for (int i = 0; i < 21; i++) {
                    Predictions one = model.predict("guess", inputs(Arrays.copyOfRange(x, 6 * i, 6 * i + 6)));
                    assertThat(one.size()).isEqualTo(1);
                    assertThat(one.of(0)).containsExactly(all.of(i), within(1e-5f));
                }
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void itComputesWithTheVariablesAsTheyAreNow(String backend) {
        try (Device device = TestDevices.open(backend)) {
            train(device);
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                    TrainedModel model = TrainedModel.open(checkpoint, device, 8)) {
                TensorDataset inputs = inputs(numbers(12));
                model.predict("guess", inputs);
                model.variables().write("head.weight", new float[16]);
                model.variables().write("head.bias", new float[] {3, -4});
                assertThat(model.predict("guess", inputs).values()).containsExactly(3, -4, 3, -4);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void programsOfManySizesDoNotPileUp(String backend) {
        try (Device device = TestDevices.open(backend)) {
            train(device);
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                    TrainedModel model = TrainedModel.open(checkpoint, device, 8)) {
                for (int size = 1; size <= 4; size++) {
                    model.predict("guess", inputs(numbers(6 * size)));
                }
                long four = device.memory().used();
                for (int size = 5; size <= 8; size++) {
                    model.predict("guess", inputs(numbers(6 * size)));
                }
                for (int size = 1; size <= 4; size++) {
                    model.predict("guess", inputs(numbers(6 * size)));
                }
                assertThat(device.memory().used()).isEqualTo(four);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void whatCannotBeAnsweredIsRefusedInOneLine(String backend) {
        try (Device device = TestDevices.open(backend)) {
            train(device);
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                    TrainedModel model = TrainedModel.open(checkpoint, device, 8)) {
                assertThatIllegalArgumentException().isThrownBy(() -> model.predict("answer", sums(3)))
                        .withMessage("the graph has no output \"answer\", only [guess, loss]");
                assertThatIllegalArgumentException().isThrownBy(() -> model.predict("loss", sums(3)))
                        .withMessage("output \"loss\" of task sum is f32() for 3 examples: it does not say something"
                                + " of each");
                assertThatIllegalArgumentException().isThrownBy(() -> model.predict("guess",
                                TensorDataset.of("new", 3).with("z", numbers(18), 6)))
                        .withMessageContaining("task sum reads x f32(3x6), but the data set has only [z f32(6)]");
                assertThatIllegalArgumentException().isThrownBy(() -> model.predict("guess",
                                TensorDataset.of("new", 3).with("x", numbers(15), 5)))
                        .withMessageContaining("task sum reads x f32(3x6), but a batch of the data set has f32(3x5)");
                Predictions guess = model.predict("guess", sums(3));
                assertThatThrownBy(() -> guess.of(3)).isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessage("there is no example 3 among 3");
            }
        }
    }

    /** The zoo's classifiers give probabilities, for which nobody has to know the classes. */
    @ParameterizedTest
    @OnEachDevice
    void imagesAreClassified(String backend) {
        Model model = new Model("digits", 1, 28, 28, 10, sequential(
                conv2d(4, 5), batchNorm(), relu(), maxPool(4), flatten(), linear(10)));
        try (DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(64).withTest(20));
                Device device = TestDevices.open(backend)) {
            try (Trainer trainer = new Trainer(model, digits, device, OPTIONS)) {
                trainer.run();
                new CheckpointStore(folder).write(1, trainer.checkpoint());
            }
            try (LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                    TrainedModel opened = TrainedModel.open(checkpoint, device, 8)) {
                Predictions answers = opened.predict(Model.PROBABILITIES, digits.test());
                int correct = 0;
                for (int i = 0; i < answers.size(); i++) {
                    double sum = 0;
                    for (float probability : answers.of(i)) {
                        assertThat(probability).isBetween(0f, 1f);
                        sum += probability;
                    }
                    assertThat(sum).isCloseTo(1, within(1e-5));
                    correct += answers.largest(i) == digits.test().label(i) ? 1 : 0;
                }
                assertThat((long) correct).isEqualTo(opened.evaluate(digits.test()).correct());
            }
        }
    }

    @Test
    void scoresBecomeProbabilitiesAlongTheLastDimension() {
        Predictions scores = new Predictions(2, Shape.of(2, 2), new float[] {0, (float) Math.log(3), 500, 500,
            -1000, -1000, Float.NaN, 1});
        Predictions probabilities = scores.softmax();
        assertThat(probabilities.shape()).isEqualTo(Shape.of(2, 2));
        assertThat(probabilities.of(0)).containsExactly(new float[] {0.25f, 0.75f, 0.5f, 0.5f}, within(1e-6f));
        assertThat(probabilities.of(1)).containsExactly(0.5f, 0.5f, Float.NaN, Float.NaN);
        assertThat(scores.largest(0)).as("the first of equal ones").isEqualTo(2);
        assertThat(scores.largest(1)).as("a NaN").isEqualTo(2);
        Predictions numbers = new Predictions(2, Shape.of(), new float[] {1, 2});
        assertThat(numbers.of(1)).containsExactly(2);
        assertThatThrownBy(numbers::softmax).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("each answer is one number");
    }
}
