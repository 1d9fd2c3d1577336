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

import dev.gatun.backend.Backends;
import dev.gatun.backend.Device;
import dev.gatun.backend.DeviceOptions;
import dev.gatun.backend.OnEachDevice;
import dev.gatun.backend.TestDevices;
import dev.gatun.data.TensorDataset;
import dev.gatun.data.image.DataSource;
import dev.gatun.data.image.DataSplit;
import dev.gatun.data.image.DigitsOptions;
import dev.gatun.graph.Value;
import dev.gatun.graph.Variable;
import dev.gatun.io.CheckpointException;
import dev.gatun.io.CheckpointStore;
import dev.gatun.io.LoadedCheckpoint;
import dev.gatun.io.json.Json;
import dev.gatun.memory.NoLeaks;
import dev.gatun.model.Model;
import dev.gatun.nn.Initializers;
import dev.gatun.nn.Layer;
import dev.gatun.nn.loss.Losses;
import dev.gatun.op.Affine;
import dev.gatun.op.Binary;
import dev.gatun.op.Broadcast;
import dev.gatun.op.MatMul;
import dev.gatun.op.Reduce;
import dev.gatun.op.Reshape;
import dev.gatun.op.Unary;
import dev.gatun.op.function.BinaryFunction;
import dev.gatun.op.function.Reduction;
import dev.gatun.op.function.UnaryFunction;
import dev.gatun.optim.OptimizerOptions;
import dev.gatun.shape.Shape;
import dev.gatun.shape.TensorType;
import dev.gatun.train.task.Metric;
import dev.gatun.train.task.Task;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;

/** Checkpoints of any task open again, without the code that made them. */
@ExtendWith(NoLeaks.class)
class TrainedModelTest {
    private static final TrainingOptions OPTIONS = TrainingOptions.defaults().withEpochs(1).withBatchSize(16);

    private final DataSplit digits = DataSource.digits(DigitsOptions.defaults().withTrain(64).withTest(20));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        digits.close();
    }

    private static Device device(String name) {
        return Backends.open(name, DeviceOptions.defaults().withThreads(1));
    }

    /** {@code x * sigmoid(1.5 x - 0.5)}: a layer that the library does not know. */
    private static Layer swish() {
        return (graph, name, input) -> {
            Value moved = graph.apply(name + ".affine", new Affine(1.5, -0.5), input);
            Value gate = graph.apply(name + ".gate", new Unary(UnaryFunction.SIGMOID), moved);
            return graph.apply(name, new Binary(BinaryFunction.MULTIPLY), input, gate);
        };
    }

    /** The model of the README's program, a model with normalisation and a layer of one's own. */
    private static Model model(String name) {
        return switch (name) {
            case "digits" -> new Model("digits", 1, 28, 28, 10, sequential(
                    conv2d(8, 3), relu(), maxPool(2), conv2d(16, 3), relu(), maxPool(2), flatten(), dropout(0.2),
                    linear(10)));
            case "own" -> new Model("own", 1, 28, 28, 10, sequential(
                    conv2d(4, 5), batchNorm(), swish(), maxPool(4), flatten(), linear(10)));
            default -> throw new IllegalArgumentException(name);
        };
    }

    @ParameterizedTest
    @OnEachDevice(value = "own | 20", moreOnTheCpu = {"digits | 16", "digits | 7", "own | 16"},
            moreElsewhere = "own | 7")
    void aModelOfOnesOwnOpensForAnyBatchSize(String backend, String name, int batchSize) {
        Evaluation trained;
        try (Device device = device(backend);
                Trainer trainer = new Trainer(model(name), digits, device,
                        OPTIONS.withOptimizerOptions(OptimizerOptions.NONE.withAverageDecay(0.5)))) {
            trainer.run();
            trained = trainer.evaluate();
            new CheckpointStore(folder).write(1, trainer.checkpoint());
        }
        try (Device device = device(backend);
                LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                TrainedModel model = TrainedModel.open(checkpoint, device, batchSize)) {
            assertThat(model.task().name()).isEqualTo(name);
            assertThat(model.images().classes()).isEqualTo(10);
            Evaluation opened = model.evaluate(digits.test());
            assertThat(opened.correct()).isEqualTo(trained.correct());
            assertThat(opened.loss()).isCloseTo(trained.loss(), within(1e-5));
        }
    }

    /** Two inputs, a body made of every family of operations, a loss of one's own. */
    private static final Task FAMILIES = Task.of("families", (graph, batch) -> {
        Value x = graph.input("x", TensorType.f32(batch, 6));
        Value y = graph.input("y", TensorType.f32(batch, 1));
        Value image = graph.apply("image", new Reshape(Shape.of(batch, 1, 2, 3)), x);
        Value features = sequential(conv2d(2, 2), relu(), flatten(), linear(4)).apply(graph, "body", image);
        Value weight = graph.variable(new Variable("mix", Shape.of(4, 4), Variable.Kind.WEIGHT,
                Initializers.fanInUniform()), x.type().dtype());
        Value mixed = graph.apply("mixed", MatMul.plain(), features, weight);
        Value largest = graph.apply("largest", Reduce.over(Reduction.MAX, 1).withReduced(Reduce.Axes.KEPT), mixed);
        Value repeated = graph.apply("repeated", new Broadcast(Shape.of(batch, 4)), largest);
        Value centered = graph.apply("centered", new Binary(BinaryFunction.SUBTRACT), mixed, repeated);
        Value guess = linear(1).apply(graph, "head", swish().apply(graph, "swish", centered));
        graph.output("guess", guess);
        Value squares = graph.apply("squares", new Unary(UnaryFunction.SQUARE),
                graph.apply("error", new Binary(BinaryFunction.SUBTRACT), guess, y));
        Value sum = graph.apply("sum", Reduce.all(Reduction.SUM, 2), squares);
        graph.output("loss", graph.apply("loss", Affine.times(1.0 / batch), sum));
    }).measuring(Metric.meanAbsoluteError("guess", "y"), Metric.meanSquaredError("guess", "y")).freezing("body.*");

    private static TensorDataset examples(int size) {
        Random random = new Random(5);
        float[] x = new float[size * 6];
        float[] y = new float[size];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
            y[i / 6] += x[i] / 3;
        }
        return TensorDataset.of("sums", size).with("x", x, 6).with("y", y, 1);
    }

    @ParameterizedTest
    @OnEachDevice
    void aTaskOfEveryFamilyOpensWithItsMetrics(String backend) {
        Evaluation trained;
        try (Device device = device(backend);
                Trainer trainer = new Trainer(FAMILIES, examples(48), examples(21), device, OPTIONS)) {
            trainer.run();
            trained = trainer.evaluate();
            new CheckpointStore(folder).write(1, trainer.checkpoint());
        }
        try (Device device = device(TestDevices.ORACLE);
                LoadedCheckpoint checkpoint = CheckpointStore.read(folder);
                TrainedModel model = TrainedModel.open(checkpoint, device, 5)) {
            assertThat(model.task().metrics()).isEqualTo(FAMILIES.metrics());
            assertThat(model.task().frozen()).containsExactly("body.*");
            Evaluation opened = model.evaluate(examples(21));
            assertThat(opened.loss()).isCloseTo(trained.loss(), within(1e-5));
            assertThat(opened.metric("mse")).isCloseTo(trained.metric("mse"), within(1e-5))
                    .isCloseTo(opened.loss(), within(1e-5));
            assertThatIllegalArgumentException().isThrownBy(model::images)
                    .withMessageContaining("task families does not classify images");
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void whatTheDescriptionAndTheTensorsDisagreeOnIsRefusedBeforeMemoryIsAllocated(String backend) {
        try (Device device = device(backend); Trainer trainer = new Trainer(model("digits"), digits, device, OPTIONS)) {
            new CheckpointStore(folder).write(1, trainer.checkpoint());
        }
        try (Device device = device(backend); LoadedCheckpoint whole = CheckpointStore.read(folder)) {
            String text = Json.write(whole.description());
            for (String[] each : new String[][] {
                {"[16,8,3,3]", "[16,8,5,5]", "model.json"}, {"[16,8,3,3]", "[900000000,8,3,3]", "convolution"},
                {"\"3.weight\"", "\"4.weight\"", "no tensor \"4.weight\""},
                {"\"loss\":\"loss\"", "\"loss\":\"lost\"", "lost"},
                {"\"output\":\"correct\"", "\"output\":\"loss\"", "metric accuracy"},
                {"\"kind\":\"Share\"", "\"kind\":\"Chair\"", "Metric"}, {"\"metrics\":", "\"other\":", "metrics"},
                {"\"images\"", "\"labels\"", "labels"}}) {
                assertThat(text).contains(each[0]);
                LoadedCheckpoint damaged = new LoadedCheckpoint(whole.path(), 1,
                        Json.parseObject(text.replace(each[0], each[1]), "test"), whole.state(), whole.model(),
                        whole.optimizer());
                long before = device.memory().used();
                assertThatThrownBy(() -> TrainedModel.open(damaged, device, 4)).as(each[1])
                        .isInstanceOf(CheckpointException.class).hasMessageNotContaining("\n")
                        .hasMessageContaining(each[2]);
                assertThat(device.memory().used()).isEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @OnEachDevice
    void aTaskThatIsMadeForOneBatchSizeIsTrainedAndOpensForIt(String backend) {
        Task four = Task.of("four", (graph, batch) -> {
            if (batch != 4) {
                throw new IllegalStateException("four");
            }
            Value guess = linear(1).apply(graph, "fc", graph.input("x", TensorType.f32(batch, 6)));
            graph.output("loss", Losses.meanSquaredError(graph, "mse", guess,
                    graph.input("y", TensorType.f32(batch, 1))));
        });
        try (Device device = device(backend);
                Trainer trainer = new Trainer(four, examples(8), examples(8), device, OPTIONS.withBatchSize(4))) {
            trainer.run();
            new CheckpointStore(folder).write(1, trainer.checkpoint());
        }
        try (Device device = device(backend); LoadedCheckpoint checkpoint = CheckpointStore.read(folder)) {
            try (TrainedModel model = TrainedModel.open(checkpoint, device, 4)) {
                assertThat(model.evaluate(examples(8)).loss()).isPositive();
            }
            assertThatThrownBy(() -> TrainedModel.open(checkpoint, device, 8)).isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("for batches of 4 only, not 8");
        }
    }
}
